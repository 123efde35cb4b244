import { contest } from './contest.js';
import type { Data } from '../peers/task.js';
import type { Suite } from './suite.js';

const length = 50;
/** ns for one element, with all checks. */
const aims = { forward: 200, backward: 400 };

// All numbers on the way are a small integer times a power of 2: float32 holds them exactly, so nothing may differ.
const chains = [
  { operation: 'add', x: 0.25, b: 0.5 },
  { operation: 'mul', x: 2 ** -25, b: 2 },
] as const;

function filled(size: number, value: number): Data {
  return { shape: [size], values: new Float32Array(size).fill(value) };
}

/** What an operation costs besides its arithmetic: checks, dispatch, the tape, the result's storage. */
export const bind: Suite = {
  summary: `what one operation on a small tensor costs, in a chain of ${length}`,
  async *groups(options) {
    for (const size of [1, 100]) {
      for (const { operation, x, b } of chains) {
        for (const backward of [false, true]) {
          const elements = size === 1 ? '1 element' : `${size} elements`;
          const aim = backward ? aims.backward : aims.forward;
          yield await contest(
            options,
            'chain',
            { operation, x: filled(size, x), b: filled(size, b), length, backward },
            {
              name: `${operation}, ${elements}, forward${backward ? ' and backward' : ''}`,
              unit: 'ns',
              operations: length,
              tolerance: 0,
            },
            size === 1
              ? {
                  aims: Object.fromEntries(
                    [...options.backends.keys()].map((name) => [`renyi ${name}`, aim]),
                  ),
                }
              : {},
          );
        }
      }
    }
    const scalar = (value: number): Data => ({ shape: [], values: Float32Array.of(value) });
    yield await contest(
      options,
      'grad',
      { x: scalar(0.3), b: scalar(0.9), length },
      {
        name: `the gradient of ${length} operations on a scalar: times b, plus b, tanh, ...`,
        unit: 'ns',
        operations: length,
        // Up to 4 roundings for an operation in either pass.
        tolerance: 8 * length * 2 ** -24,
      },
    );
  },
};
