import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { ShapeError } from '../errors.js';
import { max } from './extremes.js';
import { all, any, mean, prod, sum } from './reduce.js';

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('a reduction', () => {
  it('goes over all axes, over one, or over some', () => {
    expect(sum(x).toArray()).toBe(21);
    expect(sum(x, { axis: 0 }).toArray()).toEqual([5, 7, 9]);
    expect(sum(x, { axis: -1 }).toArray()).toEqual([6, 15]);
    expect(sum(x, { axis: [0, 1] }).toArray()).toBe(21);
    expect(sum(x, { axis: [] }).toArray()).toEqual(x.toArray());
    expect(mean(x, { axis: 0 }).toArray()).toEqual([2.5, 3.5, 4.5]);
    expect(max(x, { axis: 1 }).toArray()).toEqual([3, 6]);
  });

  it('averages integers without rounding them first', () => {
    const large = tensor([2 ** 24 + 1, 2 ** 24 + 3], { dtype: 'int32' });
    expect(mean(large).item()).toBe(2 ** 24 + 2);
    expect(mean(tensor([2 ** 31 - 1, 2 ** 31 - 1], { dtype: 'int32' })).item()).toBe(2 ** 31);
    expect(mean(tensor([true, false, false, false])).item()).toBe(0.25);
  });

  it('keeps its axes with extent 1 when asked to', () => {
    for (const reduce of [sum, mean, max, prod, all, any]) {
      expect(reduce(x, { axis: 1, keepDims: true }).shape).toEqual([2, 1]);
      expect(reduce(x, { keepDims: true }).shape).toEqual([1, 1]);
    }
  });

  it.each([
    ['sum', sum],
    ['mean', mean],
    ['max', max],
    ['prod', prod],
    ['all', all],
    ['any', any],
  ] as const)('%s names itself when the axis is wrong', (name, reduce) => {
    const details = { expected: 'an axis from -2 to 1', got: '2' };
    expect(() => reduce(x, { axis: 2 })).toThrow(new ShapeError(name, details));
    expect(() => reduce(x, { axis: [0, -2] })).toThrow(ShapeError);
  });
});

describe('over nothing', () => {
  it('the sum is 0 and the mean NaN', () => {
    expect(sum(zeros([0])).item()).toBe(0);
    expect(sum(zeros([0, 2]), { axis: 0 }).toArray()).toEqual([0, 0]);
    expect(sum(zeros([2, 0]), { axis: 0 }).toArray()).toEqual([]);
    expect(mean(zeros([0])).item()).toBeNaN();
  });

  it('the product is 1, all elements hold, and none does', () => {
    expect(prod(zeros([0])).item()).toBe(1);
    expect(prod(zeros([2, 0]), { axis: 1, keepDims: true }).toArray()).toEqual([[1], [1]]);
    expect(prod(zeros([2, 0]), { axis: 0 }).shape).toEqual([0]);
    expect([all(zeros([0])).toArray(), any(zeros([0])).toArray()]).toEqual([true, false]);
  });
});

describe('a float32 sum', () => {
  it('is accumulated in float64 and rounded once: 2^24 + 1 + 1 = 2^24 + 2', () => {
    expect(sum(tensor([2 ** 24, 1, 1])).item()).toBe(2 ** 24 + 2);
    expect(sum(tensor([3e38, 3e38, -3e38])).item()).toBe(Math.fround(3e38));
  });

  it('of a million tenths is exact to the last bit of float32', () => {
    const tenths = tensor(new Float32Array(1e6).fill(0.1));
    expect(sum(tenths).item()).toBe(Math.fround(1e6 * Math.fround(0.1)));
  });
});

describe('a product', () => {
  it('goes over the given axes, whatever their extents', () => {
    for (let count = 1; count < 10; count++) {
      const factors = Float64Array.from({ length: count }, (_, i) => i + 1);
      const factorial = factors.reduce((product, factor) => product * factor, 1);
      expect(prod(tensor(factors)).item()).toBe(factorial);
    }
    expect(prod(x, { axis: 0 }).toArray()).toEqual([4, 10, 18]);
    expect(prod(x, { axis: -1 }).toArray()).toEqual([6, 120]);
    expect(prod(tensor(3)).item()).toBe(3);
  });

  it('counts booleans, and wraps as int32 products do', () => {
    expect(prod(tensor([true, true]))).toMatchObject({ dtype: 'int32' });
    expect(prod(tensor([true, false, true])).item()).toBe(0);
    expect(prod(tensor([2 ** 31 - 1, 2 ** 31 - 1], { dtype: 'int32' })).item()).toBe(1);
  });

  it('is NaN where a factor is, and where 0 meets an infinity', () => {
    expect(prod(tensor([0, NaN, 1])).item()).toBeNaN();
    expect(prod(tensor([0, 1, Infinity])).item()).toBeNaN();
    expect(prod(tensor([-1, 2, Infinity])).item()).toBe(-Infinity);
    expect(prod(tensor([-0, 2])).item()).toBe(-0);
  });
});

describe('all and any', () => {
  it('ask over the given axes whether elements hold, and answer in bool', () => {
    const facts = tensor([
      [true, false],
      [true, true],
    ]);
    expect(all(facts)).toMatchObject({ dtype: 'bool' });
    expect([all(facts).toArray(), any(facts).toArray()]).toEqual([false, true]);
    expect(all(facts, { axis: 0 }).toArray()).toEqual([true, false]);
    expect(any(facts, { axis: 1, keepDims: true }).toArray()).toEqual([[true], [true]]);
  });

  it('take a number for true unless it is 0', () => {
    expect(all(tensor([0.5, NaN, -Infinity])).toArray()).toBe(true);
    expect(any(tensor([0, -0])).toArray()).toBe(false);
    expect(any(tensor([0, 3], { dtype: 'int32' })).toArray()).toBe(true);
  });
});

describe('a float64 sum', () => {
  const float64 = (values: readonly number[]) => tensor(Float64Array.from(values));

  it('keeps what plain addition loses: 1 + 1e100 + 1 - 1e100 = 2', () => {
    expect(sum(float64([1, 1e100, 1, -1e100])).item()).toBe(2);
    expect(
      sum(tensor([[1, 1e100, 1, -1e100]], { dtype: 'float64' }).reshape([4, 1]), { axis: 0 }).toArray(),
    ).toEqual([2]);
  });

  it('of a million tenths is right to the last bit, along rows and down columns', () => {
    const count = 1e6;
    const tenths = tensor(new Float64Array(count).fill(0.1));
    // 0.1 is 3602879701896397 / 2^55.
    const exact = Number((3602879701896397n * BigInt(count)) / 2n ** 20n) / 2 ** 35;
    expect(sum(tenths).item()).toBe(exact);
    expect(sum(tenths.reshape([count / 4, 4]), { axis: 0 }).toArray()).toEqual(new Array(4).fill(exact / 4));
  });

  it('that overflows is infinite, and 0 of zeros of whatever sign', () => {
    expect(sum(float64([1e308, 1e308])).item()).toBe(Infinity);
    expect(sum(float64([Infinity, 1, 2])).item()).toBe(Infinity);
    expect(sum(float64([-0, -0])).item()).toBe(0);
  });
});
