import { erfc as erfcOf, erf as erfOf } from '../../reference/erf.js';
import type { Expression } from '../emitter/expression.js';
import type { Body } from '../emitter/function.js';
import { f32x4, f64x2, i64x2, v128 } from '../emitter/instructions.js';
import { exp, type VectorFunction } from './elementary.js';
import { interpolate } from './interpolate.js';
import { upperHalf } from './rows.js';
import { exponentialOf } from './wide-exponential.js';

type Vector = Expression<'v128'>;

/*
 * Functions of float32 whose reduced argument or cancellation asks for more digits than float32 has: they are computed in
 * float64, two at a time, and rounded once, so that they are within 1 ULP without any care.
 */
const { add, sub, mul } = f64x2;

/** A function of two float64 as one of four float32. */
function inFloat64(define: (f: Body) => (x: Vector) => Vector): VectorFunction {
  return (f) => {
    const apply = define(f);
    const half = (x: Vector): Vector => f.let(f32x4.demoteF64x2Zero(apply(f.let(f64x2.promoteLowF32x4(x)))));
    return (x) => v128.shuffle32(half(x), half(upperHalf(x)), [0, 1, 4, 5]);
  };
}

/** c[0] + c[1] x + ... by Horner's rule; coefficients are loaded before the loop. */
function polynomial(f: Body, coefficients: readonly number[]): (x: Vector) => Vector {
  const vectors = coefficients.map((c): Vector => f.let(f64x2.splat(c)));
  return (x) => vectors.reduceRight((sum, c) => add(mul(sum, x), c));
}

/** pi/2 in two parts: the first has 33 bits, so that its product with a whole number of up to 20 bits is exact. */
const halfPiHigh: number = Math.floor((Math.PI / 2) * 2 ** 32) / 2 ** 32;
/** What `Math.PI / 2` lacks is below 2^-53: with 2^20 quarters of a turn, an error of 2^-33 at a root, where r is 2^-20 or more. */
const halfPiLow: number = Math.PI / 2 - halfPiHigh + 6.123233995736766e-17;

/** Up to here the reduction below is exact enough. */
export const largestAngle: number = 2 ** 20;

/** Taylor coefficients of sin r / r and cos r in powers of r^2; for r up to pi/4 what follows is below 2^-32. */
const sines = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800];
const cosines = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800];

/**
 * sin(x + quarters pi/2): with n the whole number nearest to x / (pi/2) and r = x - n pi/2, which is at most pi/4, it is one of
 * sin r, cos r, -sin r, -cos r, by the last two bits of n + quarters.
 */
function sine(quarters: 0 | 1): VectorFunction {
  return inFloat64((f) => {
    const c = (value: number): Vector => f.let(f64x2.splat(value));
    const [inverse, high, low, magic, turn] = [
      c(2 / Math.PI),
      c(halfPiHigh),
      c(halfPiLow),
      c(1.5 * 2 ** 52),
      c(quarters),
    ];
    const signBit = c(-0);
    const [sinOverR, cos] = [polynomial(f, sines), polynomial(f, cosines)];
    return (x) => {
      // Added to a number below 2^51, `magic` leaves a whole one in the lowest bits of the sum.
      const shifted = f.let(add(mul(x, inverse), magic));
      const n = f.let(sub(shifted, magic));
      const r = f.let(sub(sub(x, mul(n, high)), mul(n, low)));
      const square = f.let(mul(r, r));
      const place = f.let(add(shifted, turn));
      const isOdd = i64x2.shrS(i64x2.shl(place, 63), 63);
      const sign = v128.and(i64x2.shl(place, 62), signBit);
      return v128.xor(v128.bitselect(cos(square), mul(r, sinOverR(square)), isOdd), sign);
    };
  });
}

export const sin: VectorFunction = sine(0);
export const cos: VectorFunction = sine(1);

/** From 4 on, erf is 1 to the last bit of a float32. */
const erfEnd = 4;
/** erf x / x in powers of x^2, up to 1: 2 / sqrt(pi) times (-1)^n / (n! (2n + 1)); the next term is below 2^-33. */
const erfSeries: readonly number[] = Array.from({ length: 12 }, (_, n) => {
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  return ((2 / Math.sqrt(Math.PI)) * (-1) ** n) / (factorial * (2 * n + 1));
});
/** erf between 1 and 4, in powers of (2 x - 5) / 3. */
const erfBeyond: readonly number[] = interpolate((t) => erfOf((3 * t + 5) / 2), 22);

export const erf: VectorFunction = inFloat64((f) => {
  const c = (value: number): Vector => f.let(f64x2.splat(value));
  const [one, end, scale, shift, signBit] = [c(1), c(erfEnd), c(2 / 3), c(5 / 3), c(-0)];
  const [near, far] = [polynomial(f, erfSeries), polynomial(f, erfBeyond)];
  return (x) => {
    const size = f.let(f64x2.pmin(f64x2.abs(x), end)); // a NaN passes
    const inner = mul(size, near(f.let(mul(size, size))));
    const outer = far(f.let(sub(mul(size, scale), shift)));
    return v128.bitselect(x, v128.bitselect(inner, outer, f64x2.lt(size, one)), signBit);
  };
});

/** From 10.1 on, erfc is less than half of the least float32. */
const erfcEnd = 11;
/** t = (x - 4.5) / (x + 3.5) for x from 1/2 to `erfcEnd`: its middle, and how far it goes from there. */
const [erfcMiddle, erfcRadius] = [(6.5 / 14.5 - 1) / 2, (6.5 / 14.5 + 1) / 2];
/** (1 + 2 x) e^(x^2) erfc x in powers of (t - middle) / radius, as in `reference/erf.ts`; off by 1e-9 at most. */
const erfcTail: readonly number[] = interpolate((u) => {
  const t = erfcMiddle + erfcRadius * u;
  const x = (4.5 + 3.5 * t) / (1 - t);
  return (1 + 2 * x) * Math.exp(x * x) * erfcOf(x);
}, 16);

export const erfc: VectorFunction = inFloat64((f) => {
  const c = (value: number): Vector => f.let(f64x2.splat(value));
  const [one, two, zero, half, end] = [c(1), c(2), c(0), c(1 / 2), c(erfcEnd)];
  const [pole, root] = [c(3.5), c(4.5)];
  const [scale, shift] = [c(1 / erfcRadius), c(erfcMiddle / erfcRadius)];
  const exponential = exponentialOf(f);
  const [near, far] = [polynomial(f, erfSeries), polynomial(f, erfcTail)];
  return (x) => {
    const size = f.let(f64x2.pmin(f64x2.abs(x), end)); // a NaN passes
    const square = f.let(mul(size, size));
    const t = f64x2.div(sub(size, root), add(size, pole));
    const tail = mul(exponential(f.let(f64x2.neg(square))), far(f.let(sub(mul(t, scale), shift))));
    const above = f.let(f64x2.div(tail, add(one, add(size, size))));
    const outer = v128.bitselect(sub(two, above), above, f64x2.lt(x, zero));
    return v128.bitselect(sub(one, mul(x, near(square))), outer, f64x2.lt(size, half));
  };
});

/**
 * 1 / (1 + e^-x), as e^x / (1 + e^x) for x < 0: the exponential is at most 1, and both tails keep their digits. It is that of
 * float32; the sum and the quotient are in float64, so as to add no more than one rounding to its error.
 */
export const sigmoid: VectorFunction = (f) => {
  const exponentialOf = exp(f);
  const [one, zero, wideOne] = [f.let(f32x4.splat(1)), f.let(f32x4.splat(0)), f.let(f64x2.splat(1))];
  return (x) => {
    const e = f.let(exponentialOf(f.let(f32x4.neg(f32x4.abs(x)))));
    const above = f.let(v128.bitselect(e, one, f32x4.lt(x, zero)));
    const quotient = (a: Vector, b: Vector): Vector =>
      f.let(
        f32x4.demoteF64x2Zero(f64x2.div(f64x2.promoteLowF32x4(a), add(wideOne, f64x2.promoteLowF32x4(b)))),
      );
    return v128.shuffle32(quotient(above, e), quotient(upperHalf(above), upperHalf(e)), [0, 1, 4, 5]);
  };
};
