import { tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { countingBackend } from './counting-backend.testing.js';
import { derivativeOfNormalize } from './normalize-rule.js';

describe('the rule of normalize', () => {
  /** How many elements it writes, over axes of a tensor of shape [2, 3, 4]. */
  function written(axes: readonly number[]): number {
    const backend = countingBackend();
    const x = tensor(new Float64Array(24), { shape: [2, 3, 4], backend });
    return backend.during(() => derivativeOfNormalize(x, x, x, { axes, epsilon: 1 })).elements;
  }

  it.each<[readonly number[], number, readonly number[]]>([
    [[2], 6, [6]],
    [[1, 2], 2, [2]],
    [[0, 1, 2], 1, [1]],
    [[0], 12, [12]],
    [[0, 1], 4, [4]],
    // First 2 x 3 rows of four neighbors each, and then three means of two.
    [[0, 2], 3, [6, 3]],
    [[2, 0], 3, [6, 3]],
  ])('takes each mean over neighbors first, and over no axis twice: %j', (axes, means, sizes) => {
    // Seven operations on all elements, three on a mean for each; and four means, a sum and a quotient each.
    const due = 7 * 24 + 3 * means + 4 * 2 * sizes.reduce((a, b) => a + b);
    expect(written(axes)).toBe(due);
  });
});
