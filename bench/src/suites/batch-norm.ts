import type { Data } from '../peers/task.js';
import { contest } from './contest.js';
import { sumTolerance, uniform } from './data.js';
import type { Suite } from './suite.js';

/** Half of one and half of the other. */
function between(x: Data, y: Data): Data {
  return {
    shape: x.shape,
    values: Float32Array.from(x.values, (value, i) => (value + (y.values[i] as number)) / 2),
  };
}

/** Each channel with the mean and the variance of the batch. */
export const batchNorm: Suite = {
  summary: 'batch normalization of images with the statistics of the batch, forward and with the gradients',
  async *groups(options) {
    const [batch, channels, extent] = [options.full ? 64 : 16, 16, 28];
    const shape = [batch, channels, extent, extent];
    const x = uniform(shape, 0, 1, 1);
    const [weight, bias] = [uniform([channels], 0.5, 1.5, 2), uniform([channels], -1, 1, 3)];
    // Like x in part, so that the weight's gradient, the sum of their products, is no small difference of large sums.
    const cotangent = between(x, uniform(shape, 0, 1, 4));
    const terms = batch * extent * extent;
    for (const backward of [false, true]) {
      yield await contest(
        options,
        'batchNorm',
        { x, weight, bias, epsilon: 1e-5, ...(backward ? { cotangent } : {}) },
        {
          name: `[${shape.join(', ')}], forward${backward ? ' and gradients' : ''}`,
          unit: 'ms',
          operations: 1,
          bytes: (backward ? 5 : 2) * 4 * x.values.length,
          // The mean's and the variance's, both sums of so many terms, and twice as much again on the way back.
          tolerance: (backward ? 8 : 4) * sumTolerance(terms),
        },
      );
    }
  },
};
