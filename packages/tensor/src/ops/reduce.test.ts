import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { DomainError, ShapeError } from '../errors.js';
import { max, mean, sum } from './reduce.js';

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
    for (const reduce of [sum, mean, max]) {
      expect(reduce(x, { axis: 1, keepDims: true }).shape).toEqual([2, 1]);
      expect(reduce(x, { keepDims: true }).shape).toEqual([1, 1]);
    }
  });

  it.each([
    ['sum', sum],
    ['mean', mean],
    ['max', max],
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

  it('the maximum is refused, unless there is no element of the result either', () => {
    expect(() => max(zeros([2, 0]), { axis: 1 })).toThrow(
      new DomainError('max', {
        expected: 'at least one element along every reduced axis',
        got: 'shape [2, 0]',
        remedy: 'The maximum of nothing is not defined',
      }),
    );
    expect(() => max(zeros([0]))).toThrow(DomainError);
    expect(max(zeros([2, 0]), { axis: 0 }).toArray()).toEqual([]);
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
