import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { DomainError, ShapeError } from '../errors.js';
import { mul } from './arithmetic.js';
import { norm } from './norm.js';

const float64 = (values: number[]) => tensor(values, { dtype: 'float64' });

describe('norm', () => {
  it('of order 2, 1, Infinity, 0 and any other', () => {
    const x = float64([3, -4, 0]);
    expect(norm(x).item()).toBe(5);
    expect(norm(x, { p: 1 }).item()).toBe(7);
    expect(norm(x, { p: Infinity }).item()).toBe(4);
    expect(norm(x, { p: 0 }).item()).toBe(2);
    expect(norm(x, { p: 3 }).item()).toBeCloseTo(Math.cbrt(91), 14);
    expect(norm(x, { p: 0.5 }).item()).toBeCloseTo((Math.sqrt(3) + 2) ** 2, 13);
  });

  it('goes over the given axes', () => {
    const x = tensor([
      [3, 4],
      [6, 8],
    ]);
    expect(norm(x, { axis: 1 }).toArray()).toEqual([5, 10]);
    expect(norm(x, { axis: 0, p: Infinity, keepDims: true }).toArray()).toEqual([[6, 8]]);
    expect(norm(x, { p: 0 }).item()).toBe(4);
    expect(norm(tensor([3, 4], { dtype: 'int32' }))).toMatchObject({ dtype: 'float32' });
    expect(norm(tensor([3, 4], { dtype: 'int32' })).item()).toBe(5);
  });

  it('neither overflows nor underflows unless it must', () => {
    for (const p of [2, 3, 7.5]) {
      const root = 2 ** (1 / p);
      for (const size of [1e308, 1e-308, 4e-320])
        expect(norm(float64([size, -size]), { p }).item() / size / root).toBeCloseTo(1, 3);
      for (const size of [1e38, 3e38, 1e-38, 1e-44])
        expect(norm(tensor([size, 0]), { p }).item()).toBe(Math.fround(size));
    }
  });

  it('is 0 of zeros and of nothing, and infinite or NaN as its elements are', () => {
    for (const p of [0.5, 1, 2, 3]) {
      expect(norm(float64([0, -0]), { p }).item()).toBe(0);
      expect(norm(zeros([2, 0]), { p, axis: 1 }).toArray()).toEqual([0, 0]);
      expect(norm(float64([1, -Infinity]), { p }).item()).toBe(Infinity);
      expect(norm(float64([NaN, Infinity]), { p }).item()).toBeNaN();
    }
  });

  it('is a multiple of itself: |c x| = |c| |x|', () => {
    const vectors = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(vectors, fc.constantFrom(1, 2, 3, Infinity), (values, p) => {
        const x = float64(values);
        const [scaled, expected] = [norm(mul(x, -3), { p }).item(), 3 * norm(x, { p }).item()];
        // A few roundings for each of at most 8 terms, besides those of powers.
        expect(Math.abs(scaled - expected)).toBeLessThanOrEqual(50 * Number.EPSILON * expected);
      }),
    );
  });

  it('names itself', () => {
    const x = zeros([2]);
    expect(() => norm(x, { p: -1 })).toThrow(
      new DomainError('norm', { expected: 'an order p from 0 to Infinity', got: '-1' }),
    );
    expect(() => norm(x, { p: NaN })).toThrow(DomainError);
    expect(() => norm(zeros([0]), { p: Infinity })).toThrow(DomainError);
    expect(() => norm(x, { axis: 1 })).toThrow(
      new ShapeError('norm', { expected: 'an axis from -1 to 0', got: '1' }),
    );
  });
});
