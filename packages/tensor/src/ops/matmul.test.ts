import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../create.js';
import { ShapeError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { matmul } from './matmul.js';
import { expand, transpose } from './rearrange.js';

type Matrix = readonly (readonly number[])[];

/** Of 53 bits, and none so small that a product underflows. */
const number = fc.maxSafeInteger().map((k) => k * 2 ** -50);
// Tiles of four, what is left of them, and products that are too small for tiles.
const extent = fc.integer({ min: 1, max: 13 });
const matrix = (rows: number, columns: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(number, { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  });
const float64 = (values: Matrix): Tensor => tensor(values as number[][], { dtype: 'float64' });
const absolute = (values: Matrix): Matrix => values.map((row) => row.map(Math.abs));

function tripleLoop(a: Matrix, b: Matrix): number[][] {
  return a.map((row) =>
    (b[0] as readonly number[]).map((_, j) => {
      let total = 0;
      row.forEach((x, k) => {
        total += x * (b[k]?.[j] as number);
      });
      return total;
    }),
  );
}

function expectWithin(actual: Tensor, expected: Matrix, bound: (i: number, j: number) => number): void {
  (actual.toArray() as number[][]).forEach((row, i) => {
    row.forEach((x, j) => {
      expect(Math.abs(x - (expected[i]?.[j] as number))).toBeLessThanOrEqual(bound(i, j));
    });
  });
}

/** k eps |A| |B|, elementwise (Higham 2002, equation 3.13), for each of the two evaluations. */
const productBound = (a: Matrix, b: Matrix): ((i: number, j: number) => number) => {
  const scale = tripleLoop(absolute(a), absolute(b));
  return (i, j) => 2 * b.length * Number.EPSILON * (scale[i]?.[j] as number);
};

/** The same matrix as a view whose columns are contiguous. */
const byColumns = (values: Matrix): Tensor =>
  transpose(float64(transpose(float64(values)).toArray() as number[][]));

describe('matmul', () => {
  it.each([
    ['A B', float64, float64],
    ['Aᵀ B', byColumns, float64],
    ['A Bᵀ', float64, byColumns],
    ['Aᵀ Bᵀ', byColumns, byColumns],
  ] as const)('is the triple loop, with its operands as views: %s', (_, left, right) => {
    const pairs = fc.tuple(extent, extent, extent).chain(([m, k, n]) => fc.tuple(matrix(m, k), matrix(k, n)));
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expectWithin(matmul(left(a), right(b)), tripleLoop(a, b), productBound(a, b));
      }),
    );
  });

  it('is associative, within the error of its products', () => {
    const triples = fc
      .tuple(extent, extent, extent, extent)
      .chain(([m, k, n, l]) => fc.tuple(matrix(m, k), matrix(k, n), matrix(n, l)));
    fc.assert(
      fc.property(triples, ([a, b, c]) => {
        const left = matmul(matmul(float64(a), float64(b)), float64(c));
        const right = matmul(float64(a), matmul(float64(b), float64(c))).toArray() as number[][];
        // Each side errs by (k + n) eps |A| |B| |C|.
        const scale = tripleLoop(tripleLoop(absolute(a), absolute(b)), absolute(c));
        const terms = b.length + c.length;
        expectWithin(left, right, (i, j) => 2 * terms * Number.EPSILON * (scale[i]?.[j] as number));
      }),
    );
  });

  it('transposes as (A B)ᵀ = Bᵀ Aᵀ, to the last bit', () => {
    const [a, b] = [
      float64([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      float64([
        [0.1, 0.2],
        [0.3, 0.4],
        [0.5, 0.6],
      ]),
    ];
    expect(transpose(matmul(a, b)).toArray()).toEqual(matmul(transpose(b), transpose(a)).toArray());
  });

  it('has the same bits whatever it is part of: a row, a column or an element of a large product', () => {
    const sides = fc.tuple(extent, extent, extent).chain(([m, k, n]) => fc.tuple(matrix(m, k), matrix(k, n)));
    fc.assert(
      fc.property(sides, ([a, b]) => {
        const whole = matmul(float64(a), float64(b)).toArray() as number[][];
        a.forEach((row, i) => {
          expect(matmul(float64([row]), float64(b)).toArray()).toEqual([whole[i]]);
          expect(matmul(tensor(row, { dtype: 'float64' }), float64(b)).toArray()).toEqual(whole[i]);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('rounds a float32 product once: 2^24 + 1 - 2^24 = 1', () => {
    expect(matmul(tensor([[1, 1, -1]]), tensor([[2 ** 24], [1], [2 ** 24]])).item()).toBe(1);
  });

  it.each([
    [
      [2, 3],
      [3, 4],
      [2, 4],
    ],
    [
      [5, 2, 3],
      [3, 4],
      [5, 2, 4],
    ],
    [
      [2, 3],
      [5, 3, 4],
      [5, 2, 4],
    ],
    [
      [5, 1, 2, 3],
      [7, 3, 4],
      [5, 7, 2, 4],
    ],
    [
      [0, 2, 3],
      [3, 4],
      [0, 2, 4],
    ],
    [
      [2, 0],
      [0, 4],
      [2, 4],
    ],
    [
      [0, 3],
      [3, 0],
      [0, 0],
    ],
    [[3], [3], []],
    [[3], [3, 2], [2]],
    [[2, 3], [3], [2]],
    [[3], [5, 3, 2], [5, 2]],
    [[5, 2, 3], [3], [5, 2]],
    [[0], [0], []],
    [[0], [0, 2], [2]],
    [[3], [0, 3, 2], [0, 2]],
  ])('of %j and %j is %j, and ones give k', (a, b, shape) => {
    const product = matmul(ones(a), ones(b));
    expect(product.shape).toEqual(shape);
    expect([...product.dataSync()]).toEqual(new Array(product.size).fill(a.at(-1)));
  });

  it('multiplies each matrix of a batch with a repeated one', () => {
    const a = tensor([[[1, 2]], [[3, 4]]]);
    const b = expand(tensor([[1], [10]]), [2, 2, 1]);
    expect(matmul(a, b).toArray()).toEqual([[[21]], [[43]]]);
  });
});

describe('matmul refuses', () => {
  it('inner extents that differ, and names k', () => {
    expect(() => matmul(zeros([2, 3]), zeros([4, 5]))).toThrow(
      'matmul: expected inner extents that agree, [..., m, k] and [..., k, n]; got [2, 3] and [4, 5]: k is 3 and 4. ' +
        'Check which axis holds the features',
    );
    expect(() => matmul(zeros([2, 3]), zeros([4, 3]))).toThrow(
      /k is 3 and 4\. Transpose the second operand$/,
    );
  });

  it('scalars', () => {
    expect(() => matmul(zeros([]), zeros([3, 3]))).toThrow(ShapeError);
    expect(() => matmul(zeros([3, 3]), zeros([]))).toThrow(
      'matmul: expected operands with at least 1 axis, matrices [..., m, k] and [..., k, n] or vectors [k]; ' +
        'got [3, 3] and []. Multiply by a scalar with mul',
    );
  });

  it('vectors that do not fit, in their own shapes', () => {
    expect(() => matmul(zeros([3]), zeros([4]))).toThrow(
      'matmul: expected inner extents that agree, [k] and [k]; got [3] and [4]: k is 3 and 4',
    );
    expect(() => matmul(zeros([2, 3]), zeros([2]))).toThrow(
      'matmul: expected inner extents that agree, [..., m, k] and [k]; got [2, 3] and [2]: k is 3 and 2',
    );
    expect(() => matmul(zeros([3]), zeros([5, 4, 3]))).toThrow(
      'expected inner extents that agree, [k] and [..., k, n]; got [3] and [5, 4, 3]: k is 3 and 4. Transpose the second operand',
    );
  });

  it("batches that do not broadcast, with the operands' whole shapes", () => {
    expect(() => matmul(zeros([2, 3, 4]), zeros([5, 4, 3]))).toThrow(
      'matmul: expected shapes that broadcast; got [2, 3, 4] and [5, 4, 3]: axis -3 has 2 and 5. ' +
        'Two extents must be equal, or one of them 1',
    );
  });
});
