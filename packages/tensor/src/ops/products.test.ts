import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../create.js';
import type { Tensor } from '../tensor.js';
import { dot, outer } from './products.js';
import { transpose } from './rearrange.js';
import { sum } from './reduce.js';

const vector = fc
  .array(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 6 })
  .map((values) => tensor(values, { dtype: 'float64' }));

describe('dot and outer', () => {
  it('of outer(a, b), the rows sum to a times the sum of b', () => {
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        const total = sum(b).item();
        expect(sum(outer(a, b), { axis: 1 }).toArray()).toEqual(a.mul(total).add(0).toArray());
        expect(transpose(outer(a, b)).toArray()).toEqual(outer(b, a).toArray());
      }),
    );
  });

  it('dot is linear, and of a with itself the square of the length', () => {
    fc.assert(
      fc.property(vector, (a) => {
        const square = a.toArray() as number[];
        expect(dot(a, a).item()).toBe(square.reduce((total, value) => total + value * value, 0));
        expect(dot(a.mul(2), a).item()).toBe(2 * dot(a, a).item());
      }),
    );
  });

  it('have the shapes [] and [m, n], also where there is nothing', () => {
    expect(dot(zeros([0]), zeros([0]))).toMatchObject({ shape: [], size: 1 });
    expect(outer(ones([2]), zeros([0])).shape).toEqual([2, 0]);
  });

  it('rounds a float32 sum once', () => {
    expect(dot(tensor([1, 1, -1]), tensor([2 ** 24, 1, 2 ** 24])).item()).toBe(1);
  });

  it.each<[string, () => Tensor, string]>([
    [
      'dot of matrices',
      () => dot(ones([2, 2]), ones([2, 2])),
      'dot: expected two vectors; got [2, 2] and [2, 2]. matmul and einsum take matrices',
    ],
    [
      'dot of other extents',
      () => dot(ones([3]), ones([4])),
      'dot: expected vectors of one extent; got [3] and [4]',
    ],
    ['dot of scalars', () => dot(ones([]), ones([])), 'dot: expected two vectors; got [] and []'],
    [
      'outer of a matrix',
      () => outer(ones([2, 2]), ones([2])),
      'outer: expected two vectors; got [2, 2] and [2]. flatten makes a vector of each',
    ],
  ])('refuse %s', (_, f, message) => {
    expect(f).toThrow(
      expect.objectContaining({ name: 'ShapeError', message: expect.stringContaining(message) as string }),
    );
  });
});
