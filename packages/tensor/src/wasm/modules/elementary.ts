import type { Expression } from '../emitter/expression.js';
import type { Body, Local } from '../emitter/function.js';
import { f32x4, i32x4, v128 } from '../emitter/instructions.js';
import { interpolateAt } from './interpolate.js';

type Vector = Expression<'v128'>;

/** What comes before a loop (constants, which engines would load anew each time around), and what each vector becomes. */
export type VectorFunction = (f: Body) => (x: Vector) => Vector;

/** The same of two operands. */
export type PairFunction = (f: Body) => (a: Vector, b: Vector) => Vector;

/**
 * The functions of analysis on four float32 at a time. Each follows the textbook: reduce the argument, sum a series whose
 * remainder is below the rounding, put the parts together so that the last addition is of a large exact and a small
 * inexact number. Tests hold each within 2 ULP over all of float32, NaN, infinities, zeros and subnormals included.
 */
const { add, sub, mul, div, neg, abs, pmin, pmax } = f32x4;

/** log 2 in two parts: the first has 9 bits, so that its product with a whole number of up to 15 bits is exact. */
const ln2High = 0.693359375;
const ln2Low = Math.LN2 - ln2High;

function constants<K extends string>(
  f: Body,
  values: Readonly<Record<K, number>>,
): Readonly<Record<K, Vector>> {
  const entries = Object.entries<number>(values).map(([name, value]) => [name, f.let(f32x4.splat(value))]);
  return Object.fromEntries(entries) as Record<K, Vector>;
}

/** c[0] + c[1] x + c[2] x^2 + ... by Horner's rule. */
function polynomial(x: Vector, coefficients: readonly Vector[]): Vector {
  return coefficients.reduceRight((sum, coefficient) => add(mul(sum, x), coefficient));
}

interface ExponentialParts {
  /** n, the whole number nearest to x / log 2, as int32. */
  readonly n: Vector;
  /** 2^n, where n is in [-126, 127]. */
  readonly power: Vector;
  /** e^r - 1 for r = x - n log 2, which is at most log 2 / 2 in size; a small relative error, at 0 too. */
  readonly tail: Vector;
}

/**
 * Where the series of the tail is exact. What it is off by elsewhere is to the tail like r (r - p1) ... (r - p5), so 0 is one of these
 * points p, which makes the first coefficient 1/2, and those of the others are such that in z = r^2 the product is a Chebyshev
 * polynomial, of degree 3, moved so that its first zero is 0. The range is a little wider than the rounding of n needs.
 */
const tailPoints = ((radius: number): readonly number[] => {
  const zeros = [5, 3, 1].map((k) => Math.cos((k * Math.PI) / 6)) as [number, number, number];
  const [inner, outer] = zeros.slice(1).map((u) => radius * Math.sqrt((u - zeros[0]) / (1 - zeros[0]))) as [
    number,
    number,
  ];
  return [0, inner, -inner, outer, -outer];
})((1.03 * Math.LN2) / 2);

/** (e^r - 1 - r) / r^2 = 1/2! + r/3! + ... for r up to log 2 / 2. */
const tailCoefficients = interpolateAt((r) => {
  let [sum, term] = [0, 1 / 2];
  for (let k = 3; k < 20; k++) {
    sum += term;
    term *= r / k;
  }
  return sum;
}, tailPoints) as readonly [number, number, number, number, number];

/**
 * e^(x + small) = 2^n (1 + tail), where the second part, if there is one, is at most the rounding of the first. The series is summed
 * in pairs, so that few of its steps wait for each other; what a step costs is mostly the wait for its operands.
 */
function exponential(f: Body): (x: Vector, small?: Vector) => ExponentialParts {
  const [c2, c3, c4, c5, c6] = tailCoefficients.map((c): Vector => f.let(f32x4.splat(c))) as unknown as [
    Vector,
    Vector,
    Vector,
    Vector,
    Vector,
  ];
  const c = constants(f, {
    log2E: Math.LOG2E,
    ln2High,
    ln2Low,
    // Added to a number below 2^22 it leaves a whole one, rounded to nearest, in the lowest bits of the sum, and 127 more.
    magic: 1.5 * 2 ** 23 + 127,
  });
  return (x, small) => {
    const shifted = f.let(add(mul(x, c.log2E), c.magic));
    const whole = f.let(sub(shifted, c.magic));
    const low = mul(whole, c.ln2Low);
    const r = f.let(sub(sub(x, mul(whole, c.ln2High)), small === undefined ? low : sub(low, small)));
    const square = f.let(mul(r, r));
    const upper = add(add(mul(c5, r), c4), mul(square, c6));
    const series = add(add(mul(c3, r), c2), mul(square, upper));
    return {
      n: i32x4.sub(shifted, c.magic),
      // Where a float32 has its exponent, n + 127.
      power: i32x4.shl(shifted, 23),
      tail: f.let(add(r, mul(square, series))),
    };
  };
}

/** x (2^n) in two steps, since 2^n itself may be too large or too small for a float32. */
function scaler(f: Body): (x: Vector, n: Vector) => Vector {
  const bias = f.let(i32x4.splat(127));
  const powerOfTwo = (n: Vector): Vector => i32x4.shl(i32x4.add(n, bias), 23);
  return (x, n) => {
    const half = f.let(i32x4.shrS(n, 1));
    return mul(mul(x, powerOfTwo(half)), powerOfTwo(i32x4.sub(n, half)));
  };
}

/** Beyond these e^x is infinite, or less than half of the least subnormal; within `plain` it is one product. */
const expBounds = { most: 89, least: -104, plain: 87 };

export const exp: VectorFunction = (f) => {
  const powerOf = powerOfSum(f);
  return (x) => powerOf(x);
};

/**
 * e^(a - b) as if the difference were not rounded: Knuth's exact sum of two numbers has what the rounding loses, and the remainder
 * of the exponent takes it in.
 */
export const expOfDifference: PairFunction = (f) => {
  const powerOf = powerOfSum(f);
  return (a, b) => {
    const difference = f.let(sub(a, b));
    const minuend = f.let(add(difference, b));
    const lost = f.let(sub(sub(a, minuend), sub(b, sub(minuend, difference))));
    return powerOf(difference, lost);
  };
};

/** e^(x + small), as above; the second part may be NaN where x is infinite. */
function powerOfSum(f: Body): (x: Vector, small?: Local<'v128'>) => Vector {
  const parts = exponential(f);
  const scale = scaler(f);
  const { one, most, least, plain } = constants(f, { one: 1, ...expBounds });
  return (x, small) => {
    const clamped = f.let(x);
    const isFar = f.let(v128.anyTrue(f32x4.gt(abs(clamped), plain))); // of a NaN it is not
    f.if(isFar, () => {
      if (small !== undefined) f.set(small, v128.and(small, f32x4.le(abs(clamped), neg(least))));
      f.set(clamped, pmax(pmin(clamped, most), least));
    });
    const { n, power, tail } = parts(clamped, small);
    const sum = f.let(add(one, tail));
    const result = f.let(mul(sum, power));
    f.if(isFar, () => f.set(result, scale(sum, n)));
    return result;
  };
}

/**
 * e^x - 1 = 2^n tail + (2^n - 1), whose two parts share at most one bit of cancellation; where e^x is beyond 2^25, the 1 is lost in
 * the rounding.
 */
export const expm1: VectorFunction = (f) => {
  const parts = exponential(f);
  const scale = scaler(f);
  const withSign = signCopier(f);
  const { one, most, least, large } = constants(f, { one: 1, most: 89, least: -18, large: 18 });
  return (x) => {
    const clamped = f.let(pmax(pmin(x, most), least));
    const { n, power: powerOfTwo, tail } = parts(clamped);
    const power = f.let(powerOfTwo);
    const exact = f.let(add(mul(power, tail), sub(power, one)));
    const huge = f.let(scale(add(one, tail), n));
    const result = f.let(v128.bitselect(huge, exact, f32x4.gt(clamped, large)));
    return withSign(result, x);
  };
};

/** A magnitude with the sign of another number: 0 and -0 are told apart by nothing else. */
function signCopier(f: Body): (magnitude: Vector, source: Vector) => Vector {
  const signBit = f.let(i32x4.splat(-(2 ** 31)));
  return (magnitude, source) => v128.bitselect(source, magnitude, signBit);
}

/**
 * log x = e log 2 + log m with m in [sqrt(1/2), sqrt(2)). For f = m - 1 and s = f / (2 + f)
 *
 *     log m = 2 (s + s^3 / 3 + s^5 / 5 + ...) = f - (f^2 / 2 - s (f^2 / 2 + R)),  R = 2 s^2 / 3 + 2 s^4 / 5 + ...
 *
 * where the second form adds a correction to the exact f (the arrangement of FreeBSD's msun).
 */
function logarithm(f: Body): (x: Vector) => Vector {
  const c = constants(f, { half: 1 / 2, one: 1, two: 2, ln2High, ln2Low, zero: 0, infinity: Infinity });
  const r = constants(f, { r1: 2 / 3, r2: 2 / 5, r3: 2 / 7, r4: 2 / 9 });
  const { normal, subnormalScale } = constants(f, { normal: 2 ** -126, subnormalScale: 2 ** 25 });
  const nan = f.let(f32x4.splat(NaN));
  const subnormalExponent = f.let(i32x4.splat(25));
  const mantissaBits = f.let(i32x4.splat(0x007fffff));
  // The bits of sqrt(1/2): what is above them in the bits of x, shifted down, is the exponent e.
  const sqrtHalf = f.let(i32x4.splat(new Int32Array(new Float32Array([Math.SQRT1_2]).buffer)[0] as number));
  return (x) => {
    const isSubnormal = f.let(f32x4.lt(x, normal));
    const scaled = f.let(v128.bitselect(mul(x, subnormalScale), x, isSubnormal));
    const above = f.let(i32x4.sub(scaled, sqrtHalf));
    const exponent = i32x4.sub(i32x4.shrS(above, 23), v128.and(isSubnormal, subnormalExponent));
    const e = f.let(f32x4.convertI32x4S(exponent));
    const mantissa = i32x4.add(v128.and(above, mantissaBits), sqrtHalf);
    const fraction = f.let(sub(mantissa, c.one));
    const s = f.let(div(fraction, add(fraction, c.two)));
    const z = f.let(mul(s, s));
    const rest = mul(z, polynomial(z, [r.r1, r.r2, r.r3, r.r4]));
    const square = f.let(mul(c.half, mul(fraction, fraction)));
    const correction = add(mul(s, add(square, rest)), mul(e, c.ln2Low));
    const finite = f.let(add(mul(e, c.ln2High), sub(fraction, sub(square, correction))));
    // Infinity and NaN stay; 0 gives -Infinity; what is negative has no logarithm.
    const passing = f.let(v128.bitselect(finite, x, f32x4.lt(x, c.infinity)));
    const atZero = f.let(v128.bitselect(neg(c.infinity), passing, f32x4.eq(x, c.zero)));
    return v128.bitselect(nan, atZero, f32x4.lt(x, c.zero));
  };
}

export const log: VectorFunction = logarithm;

/**
 * log(1 + x) = log u + (x - (u - 1)) / u, where u is 1 + x rounded and the second term is what the rounding lost. Where u is 1
 * that is x itself; where u is 0 or infinite, nothing was lost that counts.
 */
export const log1p: VectorFunction = (f) => {
  const logOf = logarithm(f);
  const { one, zero, infinity } = constants(f, { one: 1, zero: 0, infinity: Infinity });
  return (x) => {
    const u = f.let(add(one, x));
    const logU = f.let(logOf(u));
    const lost = f.let(div(sub(x, sub(u, one)), u));
    const isEdge = v128.or(f32x4.eq(u, zero), f32x4.eq(u, infinity));
    const corrected = f.let(v128.bitselect(logU, add(logU, lost), isEdge));
    return v128.bitselect(x, corrected, f32x4.eq(u, one));
  };
};

/**
 * tanh x = sign(x) (1 - e^y) / (1 + e^y) with y = -2|x|, where 1 -+ e^y = (1 -+ 2^n) -+ 2^n tail: near 0, where n is 0, the numerator is
 * the tail, with all of its digits, and elsewhere neither sum cancels. (2 + (e^y - 1) in place of the denominator would round twice,
 * which is too much where the result is almost 1.) From |x| = 10 on it is 1 to the last bit.
 */
export const tanh: VectorFunction = (f) => {
  const parts = exponential(f);
  const withSign = signCopier(f);
  const { one, least, minusZero } = constants(f, { one: 1, least: -20, minusZero: -0 });
  return (x) => {
    const given = f.let(x);
    const negative = f.let(v128.or(given, minusZero)); // -|x|
    const { power: powerOfTwo, tail } = parts(f.let(pmax(add(negative, negative), least))); // a NaN passes
    const power = f.let(powerOfTwo);
    const part = f.let(mul(power, tail));
    return withSign(div(add(part, sub(power, one)), add(part, add(power, one))), given);
  };
};

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|). */
export const softplus: VectorFunction = (f) => {
  const [exponentialOf, log1pOf] = [exp(f), log1p(f)];
  const { zero } = constants(f, { zero: 0 });
  return (x) => {
    const rest = f.let(log1pOf(f.let(exponentialOf(f.let(neg(abs(x)))))));
    return add(f32x4.max(x, zero), rest);
  };
};

/** log(e^a + e^b) = max(a, b) + log1p(e^-|a - b|), where equals, infinite ones too, are at distance 0. */
export const logaddexp: PairFunction = (f) => {
  const [exponentialOf, log1pOf] = [exp(f), log1p(f)];
  return (x, y) => {
    const [a, b] = [f.let(x), f.let(y)];
    const distance = f.let(v128.andnot(abs(sub(a, b)), f32x4.eq(a, b)));
    const rest = f.let(log1pOf(f.let(exponentialOf(f.let(neg(distance))))));
    return add(f32x4.max(a, b), rest);
  };
};

/** -1, 1, or x itself where that is 0 or NaN. */
export const sign: VectorFunction = (f) => {
  const { one, zero, minusOne } = constants(f, { one: 1, zero: 0, minusOne: -1 });
  return (x) => {
    const upper = v128.bitselect(one, x, f32x4.gt(x, zero));
    return v128.bitselect(minusOne, upper, f32x4.lt(x, zero));
  };
};

export const relu: VectorFunction = (f) => {
  const { zero } = constants(f, { zero: 0 });
  // x < 0 ? 0 : x, so that NaN stays.
  return (x) => pmax(x, zero);
};

/** A function that is one instruction. */
export function instruction(operation: (x: Vector) => Vector): VectorFunction {
  return () => operation;
}
