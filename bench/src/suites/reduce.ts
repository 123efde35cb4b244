import { contest } from './contest.js';
import { uniform } from './data.js';
import type { Suite } from './suite.js';

const shape = [1024, 1000] as const;
const cases = [
  { axes: [1], title: 'rows', terms: shape[1] },
  { axes: [0], title: 'columns', terms: shape[0] },
  { axes: [0, 1], title: 'all elements', terms: shape[0] * shape[1] },
];

export const reduce: Suite = {
  summary: `sums over a [${shape.join(', ')}] array`,
  async *groups(options) {
    const x = uniform(shape, 0, 1);
    for (const { axes, title, terms } of cases) {
      yield await contest(
        options,
        'reduce',
        { x, axes },
        {
          name: `the sum of ${title}`,
          unit: 'ms',
          operations: 1,
          flops: shape[0] * shape[1],
          bytes: 4 * shape[0] * shape[1],
          // A pairwise sum: one rounding for each halving.
          tolerance: (Math.log2(terms) + 1) * 2 ** -24,
        },
      );
    }
  },
};
