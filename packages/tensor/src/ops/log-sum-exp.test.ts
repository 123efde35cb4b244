import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { ShapeError } from '../errors.js';
import { max } from './extremes.js';
import { logSumExp } from './logarithms.js';

const float64 = (values: number[]) => tensor(values, { dtype: 'float64' });

describe('logSumExp', () => {
  it('lies between max and max + log n', () => {
    const lists = fc.array(fc.double({ min: -800, max: 800, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(lists, (values) => {
        const [y, largest] = [logSumExp(float64(values)).item(), max(float64(values)).item()];
        // Three roundings of numbers of that size.
        const slack = 3 * Number.EPSILON * (Math.abs(largest) + Math.log(values.length));
        expect(y).toBeGreaterThanOrEqual(largest - slack);
        expect(y).toBeLessThanOrEqual(largest + Math.log(values.length) + slack);
      }),
    );
  });

  it('goes over the given axes', () => {
    const x = tensor(
      [
        [0, 0, 0],
        [1, 1, 1],
      ],
      { dtype: 'float64' },
    );
    const [a, b] = [Math.log(3), 1 + Math.log(3)];
    expect(logSumExp(x, { axis: 1 }).dataSync()).toEqual(Float64Array.of(a, b));
    expect(logSumExp(x, { axis: 1, keepDims: true }).shape).toEqual([2, 1]);
    expect(logSumExp(x, { axis: 0 }).shape).toEqual([3]);
    expect(logSumExp(x, { keepDims: true }).shape).toEqual([1, 1]);
    expect(logSumExp(x).item()).toBeCloseTo(Math.log(3 * (1 + Math.E)), 14);
    expect(logSumExp(x, { axis: [] }).toArray()).toEqual(x.toArray());
    expect(logSumExp(tensor(2)).item()).toBe(2);
    expect(logSumExp(tensor([0, 0], { dtype: 'int32' }))).toMatchObject({ dtype: 'float32' });
  });

  it('is right at ±1000, where e^x is infinite or 0', () => {
    expect(logSumExp(float64([1000, 1000])).item()).toBe(1000 + Math.LN2);
    expect(logSumExp(float64([-1000, -1000])).item()).toBe(-1000 + Math.LN2);
    expect(logSumExp(float64([1000, -1000])).item()).toBe(1000);
  });

  it('keeps a probability of 1e-20 beside a logit of 0', () => {
    expect(logSumExp(float64([0, Math.log(1e-20)])).item()).toBeCloseTo(1e-20, 34);
  });

  it('is -Infinity of nothing and of rows of -Infinity, Infinity beside Infinity, NaN beside NaN', () => {
    expect(logSumExp(zeros([2, 0]), { axis: 1 }).toArray()).toEqual([-Infinity, -Infinity]);
    expect(logSumExp(float64([-Infinity, -Infinity])).item()).toBe(-Infinity);
    expect(logSumExp(float64([-Infinity, 3])).item()).toBe(3);
    expect(logSumExp(float64([1, Infinity, Infinity])).item()).toBe(Infinity);
    expect(logSumExp(float64([-Infinity, Infinity])).item()).toBe(Infinity);
    for (const row of [
      [NaN, 1],
      [1, NaN],
      [NaN, Infinity],
      [Infinity, NaN],
      [-Infinity, NaN],
    ])
      expect(logSumExp(float64(row)).item()).toBeNaN();
  });

  it('names itself', () => {
    const details = { expected: 'an axis from -1 to 0', got: '1' };
    expect(() => logSumExp(zeros([2]), { axis: 1 })).toThrow(new ShapeError('logSumExp', details));
  });
});
