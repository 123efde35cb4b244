import { referenceBackend } from '@renyi/tensor';
import { contest } from './contest.js';
import { renyiKept } from '../peers/renyi-kept.js';
import type { Data } from '../peers/task.js';
import type { Suite } from './suite.js';

const length = 1000;

function filled(size: number, value: number): Data {
  return { shape: [size], values: new Float32Array(size).fill(value) };
}

/** What a recorded operation keeps in memory until the backward pass: its node, and what its rule needs of the values. */
export const kept: Suite = {
  summary: `bytes that a recorded operation keeps until the backward pass, in a chain of ${length}`,
  async *groups({ peers, sizes }) {
    // The others keep the same nodes and the same elements, in memory of their own that is counted late.
    const backends = new Map([['reference', referenceBackend]]);
    for (const size of [1, 100]) {
      for (const operation of ['add', 'mul'] as const) {
        yield await contest(
          { backends, peers, sizes },
          'kept',
          // Products with 1, so that so long a chain neither overflows nor rounds; sums of small integers do not either.
          { operation, x: filled(size, 1), b: filled(size, 1), length },
          {
            name: `${operation}, ${size === 1 ? '1 element' : `${size} elements`}, float32`,
            unit: 'B',
            operations: length,
            tolerance: 0,
          },
          { own: renyiKept },
        );
      }
    }
  },
};
