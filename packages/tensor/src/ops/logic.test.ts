import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor } from '../create.js';
import { DomainError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { maximum, minimum } from './arithmetic.js';
import { clamp } from './clamp.js';
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from './compare.js';
import { ceil, erf, erfc, floor, round, sign } from './functions.js';
import { logaddexp, xlogy } from './logarithms.js';
import * as logic from './logic.js';

const f64 = (values: number[]): Tensor => tensor(values, { dtype: 'float64' });
const anything = fc.double();
const truths = [true, true, false, false];
const others = [true, false, true, false];

const { logicalAnd, logicalNot, logicalOr, logicalXor } = logic;

describe('logic is that of JavaScript', () => {
  it('for all pairs of truths', () => {
    const [a, b] = [tensor(truths), tensor(others)];
    expect(logicalAnd(a, b).toArray()).toEqual([true, false, false, false]);
    expect(logicalOr(a, b).toArray()).toEqual([true, true, true, false]);
    expect(logicalXor(a, b).toArray()).toEqual([false, true, true, false]);
    expect(logicalNot(a).toArray()).toEqual([false, false, true, true]);
  });

  it('and takes every number but 0 as a truth, NaN too', () => {
    const x = f64([0, -0, NaN, 2, Infinity]);
    expect(logicalAnd(x, 1).toArray()).toEqual([false, false, true, true, true]);
    expect(logicalNot(x).toArray()).toEqual([true, true, false, false, false]);
  });
});

describe('comparisons are those of IEEE 754', () => {
  it.each([
    ['equal', equal, (a: number, b: number) => a === b],
    ['notEqual', notEqual, (a: number, b: number) => a !== b],
    ['less', less, (a: number, b: number) => a < b],
    ['lessEqual', lessEqual, (a: number, b: number) => a <= b],
    ['greater', greater, (a: number, b: number) => a > b],
    ['greaterEqual', greaterEqual, (a: number, b: number) => a >= b],
  ] as const)('%s', (_, operation, exact) => {
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        expect(operation(f64([a, a]), f64([b, a])).toArray()).toEqual([exact(a, b), exact(a, a)]);
      }),
    );
  });

  it('isNaN and isFinite tell what is no number and what is one', () => {
    const x = f64([NaN, Infinity, -Infinity, 0, 1e308]);
    expect(logic.isNaN(x).toArray()).toEqual([true, false, false, false, false]);
    expect(logic.isFinite(x).toArray()).toEqual([false, false, false, true, true]);
  });

  it('the smaller and the larger of NaN and a number is NaN; -0 is below 0', () => {
    expect(minimum(f64([NaN, 1, 0, -0]), f64([1, NaN, -0, 0])).toArray()).toEqual([NaN, NaN, -0, -0]);
    expect(maximum(f64([NaN, 1, 0, -0]), f64([1, NaN, -0, 0])).toArray()).toEqual([NaN, NaN, 0, 0]);
  });
});

describe('special values', () => {
  it('clamp keeps NaN, leaves a side open at infinity, and refuses a bound that is NaN', () => {
    expect(clamp(f64([NaN, -5, 0.5, 5]), -1, Infinity).toArray()).toEqual([NaN, -1, 0.5, 5]);
    expect(() => clamp(f64([1]), NaN, 1)).toThrow(DomainError);
  });

  it('xlogy is 0 at 0 log 0, and NaN where a NaN goes in', () => {
    expect(xlogy(f64([0, 0, 1, 0]), f64([0, Infinity, 1, NaN])).toArray()).toEqual([0, 0, 0, NaN]);
  });

  it('logaddexp of two infinities is what it is of their limits', () => {
    const [a, b] = [f64([-Infinity, Infinity, -Infinity, 1000]), f64([-Infinity, Infinity, 3, 1000])];
    expect(logaddexp(a, b).toArray()).toEqual([-Infinity, Infinity, 3, 1000 + Math.LN2]);
  });

  it('round goes to the even one of two neighbors and keeps the sign of zero', () => {
    const x = [0.5, 1.5, 2.5, -0.5, -1.5, 2 ** 52 + 1, -0, NaN, Infinity];
    expect(round(f64(x)).toArray()).toEqual([0, 2, 2, -0, -2, 2 ** 52 + 1, -0, NaN, Infinity]);
    expect(floor(f64([-0.5, 0.5])).toArray()).toEqual([-1, 0]);
    expect(ceil(f64([-0.5, 0.5])).toArray()).toEqual([-0, 1]);
    expect(sign(f64([-3, -0, 0, NaN, Infinity])).toArray()).toEqual([-1, -0, 0, NaN, 1]);
  });

  it('erf ends at 1 and -1, and erfc has digits where 1 - erf has none', () => {
    expect(erf(f64([Infinity, -Infinity, NaN])).toArray()).toEqual([1, -1, NaN]);
    expect(erfc(f64([Infinity, -Infinity, 0])).toArray()).toEqual([0, 2, 1]);
    // erfc(10), from 60 digits.
    expect(erfc(f64([10])).item() / 2.088487583762545e-45).toBeCloseTo(1, 14);
  });
});
