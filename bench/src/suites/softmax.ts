import { contest } from './contest.js';
import { cyclicLabels, uniform } from './data.js';
import type { Suite } from './suite.js';

const shapes = [
  [128, 10],
  [1024, 1000],
] as const;

export const softmax: Suite = {
  summary: 'softmax of rows of logits and its logarithm; cross-entropy with labels, and its gradient',
  async *groups(options) {
    for (const [rows, classes] of shapes) {
      const input = { x: uniform([rows, classes], -4, 4), labels: cyclicLabels(rows, classes) };
      // A sum of so many terms in float32, exponentials before it and a division or a logarithm after it, of some units in
      // the last place each.
      const group = { unit: 'ms', operations: 1, tolerance: (classes + 16) * 2 ** -24 } as const;
      for (const operation of ['softmax', 'logSoftmax'] as const) {
        const title = operation === 'softmax' ? operation : 'log-softmax';
        yield await contest(
          options,
          'softmax',
          { operation, ...input },
          { name: `${title} of [${rows}, ${classes}]`, ...group, bytes: 2 * 4 * rows * classes },
        );
      }
      yield await contest(
        options,
        'softmax',
        { operation: 'crossEntropy', ...input },
        {
          name: `cross-entropy of [${rows}, ${classes}] and its gradient`,
          ...group,
          bytes: 2 * 4 * rows * classes,
        },
      );
    }
  },
};
