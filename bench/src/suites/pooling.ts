import { contest } from './contest.js';
import { uniform } from './data.js';
import type { Suite } from './suite.js';

const kernel = 2;

/** The largest or the mean element of windows, and where their gradient goes. */
export const pooling: Suite = {
  summary: `maxima and means of windows of ${kernel} x ${kernel} in images, forward and with the gradient`,
  async *groups(options) {
    const [batch, channels, extent] = [options.full ? 64 : 16, 16, 28];
    const x = uniform([batch, channels, extent, extent], -1, 1, 1);
    const cotangent = uniform([batch, channels, extent / kernel, extent / kernel], 0, 1, 2);
    for (const operation of ['max', 'avg'] as const) {
      for (const backward of [false, true]) {
        const touched = x.values.length + cotangent.values.length;
        yield await contest(
          options,
          'pooling',
          { operation, x, kernel, ...(backward ? { cotangent } : {}) },
          {
            name: `${operation} of [${x.shape.join(', ')}], forward${backward ? ' and gradient' : ''}`,
            unit: 'ms',
            operations: 1,
            bytes: (backward ? 2 : 1) * 4 * touched,
            // A maximum is copied, and its cotangent too; a mean of 4 has 3 sums, relative to a largest one of nearly 1.
            tolerance: operation === 'max' ? 0 : 3 * 2 ** -24,
          },
        );
      }
    }
  },
};
