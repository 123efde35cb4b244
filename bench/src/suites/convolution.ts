import { contest } from './contest.js';
import { sumTolerance, uniform } from './data.js';
import type { Suite } from './suite.js';

/** Of the network in the suite `step`: both have filters of 3 x 3 and one zero around. */
const layers = [
  { channels: 1, filters: 16, extent: 28 },
  { channels: 16, filters: 32, extent: 14 },
];

/** Sliding filters, and how they and the images should change. */
export const convolution: Suite = {
  summary: 'the convolutions of a small network for images, forward and with both gradients',
  async *groups(options) {
    const batch = options.full ? 64 : 16;
    for (const { channels, filters, extent } of layers) {
      // Positive numbers: every sum is as large as the sum of its terms' sizes, which its rounding errors are relative to.
      const x = uniform([batch, channels, extent, extent], 0, 1, 1);
      const weight = uniform([filters, channels, 3, 3], 0, 1, 2);
      const cotangent = uniform([batch, filters, extent, extent], 0, 1, 3);
      const flops = 2 * 9 * channels * cotangent.values.length;
      const arrays = x.values.length + weight.values.length + cotangent.values.length;
      const name = `[${x.shape.join(', ')}] with [${weight.shape.join(', ')}]`;
      const common = { unit: 'ms', operations: 1 } as const;
      yield await contest(
        options,
        'convolution',
        { x, weight },
        {
          name: `${name}, forward`,
          ...common,
          flops,
          bytes: 4 * arrays,
          tolerance: sumTolerance(9 * channels),
        },
      );
      yield await contest(
        options,
        'convolution',
        { x, weight, cotangent },
        {
          name: `${name}, forward and both gradients`,
          ...common,
          flops: 3 * flops,
          bytes: 3 * 4 * arrays,
          // The longest sums are those of the filters' gradient, over all windows.
          tolerance: sumTolerance(batch * extent * extent),
        },
      );
    }
  },
};
