import { describe, expect, it } from 'vitest';
import { tensor } from './create.js';
import { mul, pow } from './ops/arithmetic.js';
import { where } from './ops/compare.js';
import { max } from './ops/extremes.js';
import { matmul } from './ops/matmul.js';
import { mean, sum } from './ops/reduce.js';
import { binary, powers, unary } from './special-values.testing.js';
import type { Tensor } from './tensor.js';

const float64 = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'float64' });

describe('a function of one operand at NaN, the infinities, both zeros, and where it leaves its domain', () => {
  const rows = unary.flatMap(([f, pairs]) => pairs.map(([x, y]) => [f.name, x, y, f] as const));

  it.each(rows)('%s(%d) = %d', (_, x, y, f) => {
    expect(f(float64(x)).item()).toBe(y);
    if (Math.fround(x) === x || x !== x) expect(f(tensor(x)).item()).toBe(y);
  });
});

describe('a function of two operands at special values', () => {
  const rows = binary.flatMap(([f, triples]) => triples.map(([a, b, y]) => [f.name, a, b, y, f] as const));

  it.each(rows)('%s(%d, %d) = %d', (_, a, b, y, f) => {
    expect(f(float64(a), float64(b)).item()).toBe(y);
    expect(f(tensor(a), tensor(b)).item()).toBe(y);
  });
});

describe('pow has the special cases of C99, annex F.10.4.4:', () => {
  it.each(powers)('pow(%d, %d) = %d', (a, b, y) => {
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
