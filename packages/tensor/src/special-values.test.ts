import { describe, expect, it } from 'vitest';
import { tensor } from './create.js';
import { add, div, mul, neg, pow, sub } from './ops/arithmetic.js';
import { equal, greater, less, where } from './ops/compare.js';
import { relu } from './ops/activations.js';
import { max } from './ops/extremes.js';
import { exp, expm1, log, log1p, sqrt, tanh } from './ops/functions.js';
import { matmul } from './ops/matmul.js';
import { mean, sum } from './ops/reduce.js';
import type { Tensor } from './tensor.js';

const { MIN_VALUE: tiny } = Number;
const float64 = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'float64' });

describe('a function of one operand at NaN, the infinities, both zeros, and where it leaves its domain', () => {
  // biome-ignore format: a table
  const unary: readonly (readonly [(x: Tensor) => Tensor, readonly (readonly [number, number])[]])[] = [
    [neg, [[NaN, NaN], [Infinity, -Infinity], [-Infinity, Infinity], [0, -0], [-0, 0]]],
    [exp, [[NaN, NaN], [Infinity, Infinity], [-Infinity, 0], [0, 1], [-0, 1], [710, Infinity], [-746, 0]]],
    [expm1, [[NaN, NaN], [Infinity, Infinity], [-Infinity, -1], [0, 0], [-0, -0], [1e-20, 1e-20]]],
    [log, [[NaN, NaN], [Infinity, Infinity], [-Infinity, NaN], [0, -Infinity], [-0, -Infinity], [-1, NaN], [1, 0]]],
    [log1p, [[NaN, NaN], [Infinity, Infinity], [-1, -Infinity], [0, 0], [-0, -0], [-2, NaN], [1e-20, 1e-20]]],
    [sqrt, [[NaN, NaN], [Infinity, Infinity], [-Infinity, NaN], [0, 0], [-0, -0], [-1, NaN]]],
    [tanh, [[NaN, NaN], [Infinity, 1], [-Infinity, -1], [0, 0], [-0, -0], [1e-20, 1e-20]]],
    [relu, [[NaN, NaN], [Infinity, Infinity], [-Infinity, 0], [0, 0], [-1, 0], [tiny, tiny]]],
  ];
  const rows = unary.flatMap(([f, pairs]) => pairs.map(([x, y]) => [f.name, x, y, f] as const));

  it.each(rows)('%s(%d) = %d', (_, x, y, f) => {
    expect(f(float64(x)).item()).toBe(y);
    if (Math.fround(x) === x || x !== x) expect(f(tensor(x)).item()).toBe(y);
  });
});

describe('a function of two operands at special values', () => {
  // biome-ignore format: a table
  const binary: readonly (readonly [(a: Tensor, b: Tensor) => Tensor, readonly (readonly [number, number, number])[]])[] = [
    [add, [[NaN, 1, NaN], [Infinity, -Infinity, NaN], [Infinity, 1, Infinity], [-0, -0, -0], [0, -0, 0]]],
    [sub, [[1, NaN, NaN], [Infinity, Infinity, NaN], [1, Infinity, -Infinity], [0, 0, 0], [-0, 0, -0]]],
    [mul, [[NaN, 0, NaN], [0, Infinity, NaN], [-1, 0, -0], [-2, Infinity, -Infinity]]],
    [div, [[0, 0, NaN], [1, 0, Infinity], [1, -0, -Infinity], [Infinity, Infinity, NaN], [1, -Infinity, -0]]],
    [equal, [[NaN, NaN, 0], [0, -0, 1], [Infinity, Infinity, 1], [Infinity, -Infinity, 0]]],
    [less, [[NaN, 1, 0], [1, NaN, 0], [-0, 0, 0], [-Infinity, Infinity, 1], [1, 1, 0]]],
    [greater, [[NaN, 1, 0], [1, NaN, 0], [0, -0, 0], [Infinity, -Infinity, 1], [1, 1, 0]]],
  ];
  const rows = binary.flatMap(([f, triples]) => triples.map(([a, b, y]) => [f.name, a, b, y, f] as const));

  it.each(rows)('%s(%d, %d) = %d', (_, a, b, y, f) => {
    expect(f(float64(a), float64(b)).item()).toBe(y);
    expect(f(tensor(a), tensor(b)).item()).toBe(y);
  });
});

describe('pow has the special cases of C99, annex F.10.4.4:', () => {
  // biome-ignore format: a table
  const triples = [
    // b = 0 and a = 1 give 1, whatever the other is
    [NaN, 0, 1], [NaN, -0, 1], [Infinity, 0, 1], [0, 0, 1], [1, NaN, 1], [1, Infinity, 1], [1, -Infinity, 1],
    [-1, Infinity, 1], [-1, -Infinity, 1],
    // zeros: the sign survives an odd exponent
    [0, -1, Infinity], [-0, -1, -Infinity], [-0, -2, Infinity], [-0, -0.5, Infinity], [-0, 3, -0], [-0, 2, 0],
    [0, 3, 0], [0, -Infinity, Infinity], [-0, Infinity, 0],
    // a negative base
    [-8, 1 / 3, NaN], [-2, 3, -8], [-2, -1, -0.5],
    // infinite exponents and bases
    [0.5, -Infinity, Infinity], [2, -Infinity, 0], [0.5, Infinity, 0], [-0.5, Infinity, 0], [2, Infinity, Infinity],
    [-Infinity, -1, -0], [-Infinity, -2, 0], [-Infinity, 3, -Infinity], [-Infinity, 2, Infinity],
    [-Infinity, 0.5, Infinity], [Infinity, -1, 0], [Infinity, 0.5, Infinity],
    // NaN otherwise
    [NaN, 1, NaN], [2, NaN, NaN],
  ] as const;

  it.each(triples)('pow(%d, %d) = %d', (a, b, y) => {
    expect(pow(float64(a), float64(b)).item()).toBe(y);
    expect(pow(float64([a]), b).dataSync()).toEqual(Float64Array.of(y));
  });
});

describe('where', () => {
  it('lets nothing through of what it does not take', () => {
    const condition = tensor([true, false, true, false]);
    const bad = tensor([1, NaN, 2, Infinity]);
    expect(where(condition, bad, 0).toArray()).toEqual([1, 0, 2, 0]);
    expect(where(condition, 0, tensor([NaN, 3, -Infinity, 4])).toArray()).toEqual([0, 3, 0, 4]);
  });

  it('takes numbers in the dtype of the tensor beside them, not of the condition', () => {
    const condition = tensor([true, false]);
    expect(where(condition, float64([1, 2]), 0.1).toArray()).toEqual([1, 0.1]);
    expect(where(condition, 0.1, float64([1, 2])).toArray()).toEqual([0.1, 2]);
    expect(where(condition, tensor([1, 2], { dtype: 'int32' }), 3)).toMatchObject({ dtype: 'int32' });
  });

  it('takes special values unchanged', () => {
    expect(where(tensor([true, false]), tensor(NaN), tensor(-0)).toArray()).toEqual([NaN, -0]);
  });
});

describe('a reduction', () => {
  it('is NaN where an element is, in whichever place', () => {
    for (const values of [
      [NaN, 1, 2],
      [1, NaN, 2],
      [1, 2, NaN],
    ]) {
      expect(max(tensor(values)).item()).toBeNaN();
      expect(sum(tensor(values)).item()).toBeNaN();
      expect(mean(tensor(values)).item()).toBeNaN();
    }
    expect(
      max(
        tensor([
          [NaN, 1],
          [2, 3],
        ]),
        { axis: 0 },
      ).toArray(),
    ).toEqual([NaN, 3]);
  });

  it('of infinities is one, or NaN where they disagree', () => {
    expect(sum(tensor([Infinity, 1])).item()).toBe(Infinity);
    expect(sum(tensor([Infinity, -Infinity])).item()).toBeNaN();
    expect(max(tensor([-Infinity, -Infinity])).item()).toBe(-Infinity);
    expect(max(tensor([1, Infinity])).item()).toBe(Infinity);
  });
});

describe('a product of matrices', () => {
  it('does not skip zeros: 0 * NaN and 0 * Infinity are NaN', () => {
    expect(
      matmul(
        tensor([[0, 0]]),
        tensor([
          [NaN, 1],
          [1, Infinity],
        ]),
      ).toArray(),
    ).toEqual([[NaN, NaN]]);
  });
});

describe('float32', () => {
  it('overflows to an infinity and underflows to 0', () => {
    expect(mul(tensor(3e38), 10).item()).toBe(Infinity);
    expect(mul(tensor(1e-30), 1e-30).item()).toBe(0);
    expect(tensor(3.5e38).item()).toBe(Infinity);
  });

  it('keeps its subnormal numbers', () => {
    const least = 2 ** -149;
    expect(mul(tensor(2 * least), 0.5).item()).toBe(least);
    expect(tensor(0.49 * least).item()).toBe(0);
  });
});
