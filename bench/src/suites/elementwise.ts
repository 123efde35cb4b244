import { contest } from './contest.js';
import { uniform } from './data.js';
import type { Suite } from './suite.js';

const size = 1_000_000;
const operations = [
  // One rounding each; of exp and tanh, up to 2 units in the last place, and as many again for the argument's reduction.
  { operation: 'add', arrays: 3, flops: 1, title: 'x + y', tolerance: 2 ** -24 },
  { operation: 'exp', arrays: 2, flops: undefined, title: 'exp x', tolerance: 4 * 2 ** -23 },
  { operation: 'tanh', arrays: 2, flops: undefined, title: 'tanh x', tolerance: 4 * 2 ** -23 },
  { operation: 'chain', arrays: 3, flops: 3, title: 'relu(x y + x)', tolerance: 2 * 2 ** -24 },
] as const;

export const elementwise: Suite = {
  summary: `functions of ${size.toLocaleString('en')} elements, and a chain of them`,
  async *groups(options) {
    const [x, y] = [uniform([size], -4, 4, 1), uniform([size], -4, 4, 2)];
    for (const { operation, arrays, flops, title, tolerance } of operations) {
      yield await contest(
        options,
        'elementwise',
        { operation, x, y },
        {
          name: `${title} of ${size.toLocaleString('en')} float32`,
          unit: 'ms',
          operations: 1,
          ...(flops === undefined ? {} : { flops: flops * size }),
          bytes: arrays * 4 * size,
          tolerance,
        },
      );
    }
  },
};
