import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { DomainError, ShapeError } from '../errors.js';
import { Generator } from '../generator.js';
import { eye } from '../sequences.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { diagonal } from './diagonal.js';
import { abs } from './functions.js';
import { tril, triu } from './mask.js';
import { matmul } from './matmul.js';
import { expand, transpose } from './rearrange.js';
import { max } from './extremes.js';
import { cholesky, triangularSolve } from './triangular.js';

const generator = new Generator(7);
const normal = (shape: Shape): Tensor => generator.normal(shape, { dtype: 'float64' });
const identity = (n: number): Tensor => eye(n, { dtype: 'float64' });
const swapLast = (x: Tensor): Tensor =>
  transpose(x, [...x.shape.keys()].slice(0, -2).concat([x.rank - 1, x.rank - 2]));
const largest = (x: Tensor): number => (x.size === 0 ? 0 : max(abs(x)).item());
const distance = (a: Tensor, b: Tensor): number => largest(a.sub(b));

/** M Mᵀ + n: eigenvalues from n on. */
function positiveDefinite(batch: Shape, n: number): Tensor {
  const m = normal([...batch, n, n]);
  return matmul(m, swapLast(m)).add(identity(n).mul(n));
}

const sizes = fc.record({ batch: fc.array(fc.nat(2), { maxLength: 2 }), n: fc.nat(6) });

describe('cholesky', () => {
  it('is lower triangular with a positive diagonal, and L Lᵀ is A', () => {
    fc.assert(
      fc.property(sizes, ({ batch, n }) => {
        const a = positiveDefinite(batch, n);
        const l = cholesky(a);
        expect(l.shape).toEqual(a.shape);
        expect(tril(l).toArray()).toEqual(l.toArray());
        for (const pivot of diagonal(l).dataSync()) expect(pivot).toBeGreaterThan(0);
        // |A - L Lᵀ| <= (n + 1) eps |L| |Lᵀ|, whose elements are at most those on the diagonal of A (Higham 2002, theorem 10.3);
        // the product that is compared errs once more.
        expect(distance(matmul(l, swapLast(l)), a)).toBeLessThanOrEqual(
          2 * (n + 1) * Number.EPSILON * largest(a),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('with upper is the transpose', () => {
    const a = positiveDefinite([2], 3);
    expect(cholesky(a, { upper: true }).toArray()).toEqual(swapLast(cholesky(a)).toArray());
  });

  it('of whole numbers is exact: the Pascal matrix is the product of its triangles of binomials', () => {
    const pascal = tensor([
      [1, 1, 1, 1],
      [1, 2, 3, 4],
      [1, 3, 6, 10],
      [1, 4, 10, 20],
    ]);
    expect(cholesky(pascal).toArray()).toEqual([
      [1, 0, 0, 0],
      [1, 1, 0, 0],
      [1, 2, 1, 0],
      [1, 3, 3, 1],
    ]);
    expect(cholesky(pascal.mul(1)).dtype).toBe('float32');
    expect(cholesky(tensor([[4]], { dtype: 'int32' })).dtype).toBe('float32');
  });

  it('takes the symmetric part', () => {
    const skew = tensor([
      [0, 5],
      [-5, 0],
    ]);
    expect(cholesky(eye(2).add(skew)).toArray()).toEqual(eye(2).toArray());
  });

  it.each<[string, Tensor, string]>([
    [
      'an indefinite matrix',
      tensor([
        [1, 2],
        [2, 1],
      ]),
      'got the pivot -3: row 1 of matrix 0. To a matrix that is singular but for rounding',
    ],
    [
      'a singular one',
      tensor([
        [1, 1],
        [1, 1],
      ]),
      'got the pivot 0: row 1 of matrix 0',
    ],
    ['one of a batch', tensor([[[1]], [[-1]]]), 'got the pivot -1: row 0 of matrix 1'],
    ['zeros', zeros([2, 2]), 'got the pivot 0: row 0 of matrix 0'],
    [
      'NaN',
      tensor([
        [1, 0],
        [0, NaN],
      ]),
      'got the pivot NaN: row 1 of matrix 0',
    ],
    ['Infinity', tensor([[Infinity]]), 'got the pivot Infinity: row 0 of matrix 0'],
  ])('refuses %s, and names the pivot', (_, a, message) => {
    expect(() => cholesky(a)).toThrow(DomainError);
    expect(() => cholesky(a)).toThrow(`cholesky: expected positive definite matrices; ${message}`);
  });

  it.each([[[2, 3]], [[2]], [[]], [[2, 2, 1]]])('refuses the shape %j', (shape) => {
    expect(() => cholesky(zeros(shape))).toThrow(ShapeError);
    expect(() => cholesky(zeros(shape))).toThrow('cholesky: expected square matrices [..., n, n]; got [');
  });
});

describe('triangularSolve', () => {
  const options = fc.record({ upper: fc.boolean(), transpose: fc.boolean(), unitDiagonal: fc.boolean() });

  it('solves the system of the triangle that it is told to read', () => {
    fc.assert(
      fc.property(sizes, fc.nat(3), options, ({ batch, n }, columns, given) => {
        const full = normal([...batch, n, n]).add(identity(n).mul(2 * n + 4));
        const strict = given.upper ? triu(full, { diagonal: 1 }) : tril(full, { diagonal: -1 });
        const triangle = given.unitDiagonal
          ? strict.div(2 * n + 4).add(identity(n))
          : strict.add(tril(triu(full)));
        const stored = given.unitDiagonal ? full.div(2 * n + 4) : full;
        const matrix = given.transpose ? swapLast(triangle) : triangle;
        const b = normal([...batch, n, columns]);
        const x = triangularSolve(stored, b, given);
        // |B - A X| <= n eps |A| |X| (Higham 2002, theorem 8.5), where the rows of |A| sum to less than 6 n + 10 with numbers
        // below 6; the product that is compared errs once more.
        const bound = 2 * n * Number.EPSILON * (6 * n + 10) * largest(x);
        expect(x.shape).toEqual(b.shape);
        expect(distance(matmul(matrix, x), b)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 50 },
    );
  });

  it('takes a vector, for one matrix or for many', () => {
    const l = tensor([
      [2, 0],
      [1, 4],
    ]);
    expect(triangularSolve(l, tensor([2, 9])).toArray()).toEqual([1, 2]);
    expect(triangularSolve(expand(l, [3, 2, 2]), tensor([2, 9])).toArray()).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  it('never reads the other triangle: NaN there does no harm', () => {
    const l = tensor([
      [2, NaN],
      [1, 4],
    ]);
    expect(triangularSolve(l, tensor([2, 9])).toArray()).toEqual([1, 2]);
    expect(triangularSolve(transpose(l), tensor([2, 9]), { upper: true, transpose: true }).toArray()).toEqual(
      [1, 2],
    );
  });

  it('with the factor of A and its transpose solves A X = B', () => {
    const a = positiveDefinite([2], 4);
    const b = normal([2, 4, 3]);
    const l = cholesky(a);
    const x = triangularSolve(l, triangularSolve(l, b), { transpose: true });
    // Two substitutions and the factor err by some n eps each, times a condition below 100.
    expect(distance(matmul(a, x), b)).toBeLessThan(3 * 4 * 100 * Number.EPSILON * largest(b));
  });

  it.each<[string, () => Tensor, string]>([
    [
      'a zero on the diagonal',
      () =>
        triangularSolve(
          tensor([
            [1, 0],
            [2, 0],
          ]),
          tensor([1, 2]),
        ),
      'DomainError: triangularSolve: expected matrices without a zero on the diagonal; got 0: row 1 of matrix 0',
    ],
    [
      'a matrix that is not square',
      () => triangularSolve(zeros([2, 3]), zeros([2, 1])),
      'ShapeError: triangularSolve: expected square matrices [..., n, n]; got [2, 3]',
    ],
    [
      'a vector for a matrix',
      () => triangularSolve(zeros([2]), zeros([2])),
      'ShapeError: triangularSolve: expected square matrices [..., n, n]; got [2]',
    ],
    [
      'a right side of another extent',
      () => triangularSolve(identity(2), zeros([3, 1])),
      'ShapeError: triangularSolve: expected a right side [..., 2, m] for matrices [2, 2]; got [3, 1]',
    ],
    [
      'a right side that is a scalar',
      () => triangularSolve(identity(2), zeros([])),
      'ShapeError: triangularSolve: expected a right side [..., 2, m]',
    ],
    [
      'batches that do not broadcast',
      () => triangularSolve(zeros([2, 1, 1]), zeros([3, 1, 1])),
      'ShapeError: triangularSolve: expected shapes that broadcast; got [2, 1, 1] and [3, 1, 1]',
    ],
  ])('refuses %s', (_, f, message) => {
    try {
      f();
    } catch (error) {
      expect(String(error)).toContain(message);
      return;
    }
    throw new Error('nothing was thrown');
  });
});
