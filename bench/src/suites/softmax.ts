import { contest } from './contest.js';
import { cyclicLabels, uniform } from './data.js';
import type { Suite } from './suite.js';

const shapes = [
  [128, 10],
  [1024, 1000],
] as const;

export const softmax: Suite = {
  summary: 'softmax of rows of logits; cross-entropy with labels, and its gradient',
  async *groups(options) {
    for (const [rows, classes] of shapes) {
      const input = { x: uniform([rows, classes], -4, 4), labels: cyclicLabels(rows, classes) };
      // A sum of so many terms in float32, and an exponential before and a division after it.
      const group = { unit: 'ms', operations: 1, tolerance: (classes + 8) * 2 ** -24 } as const;
      yield await contest(
        options,
        'softmax',
        { operation: 'softmax', ...input },
        { name: `softmax of [${rows}, ${classes}]`, ...group, bytes: 2 * 4 * rows * classes },
      );
      yield await contest(
        options,
        'softmax',
        { operation: 'crossEntropy', ...input },
        { name: `cross-entropy of [${rows}, ${classes}] and its gradient`, ...group },
      );
    }
  },
};
