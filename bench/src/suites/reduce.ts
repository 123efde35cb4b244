import { contest } from './contest.js';
import { sumTolerance, uniform } from './data.js';
import type { Suite } from './suite.js';

const shape = [64, 128, 128] as const;
const all = [0, 1, 2];
const operations = ['sum', 'max', 'mean', 'variance'] as const;

function titleOf(axes: readonly number[]): string {
  return axes.length === shape.length ? 'over all axes' : `over axis ${axes.join()}`;
}

export const reduce: Suite = {
  summary: `sum, max, mean and variance of a [${shape.join(', ')}] array over each axis, and over all`,
  async *groups(options) {
    const x = uniform(shape, 0, 1);
    for (const operation of operations) {
      // The first axis and the last are the hard cases: the widest stride, and none.
      const axes = options.full || operation === 'sum' ? [[0], [1], [2], all] : [[0], [2]];
      for (const over of axes) {
        const terms = over.reduce((product, axis) => product * (shape[axis] as number), 1);
        yield await contest(
          options,
          'reduce',
          { operation, x, axes: over },
          {
            name: `${operation} ${titleOf(over)}`,
            unit: 'ms',
            operations: 1,
            // One for each element; a variance takes its difference from the mean, the square and the sum as well.
            flops: (operation === 'variance' ? 4 : 1) * x.values.length,
            bytes: 4 * (x.values.length + x.values.length / terms),
            // Of the largest nothing is rounded. A variance is 1/12 here, and what may be cancelled for it 1/4.
            tolerance: operation === 'max' ? 0 : (operation === 'variance' ? 4 : 1) * sumTolerance(terms),
          },
        );
      }
    }
  },
};
