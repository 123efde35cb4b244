// @ts-check
/**
 * Binary floating point with a significand of 192 bits, on BigInt: the truth that errors are measured against. Nothing of it
 * is shared with the code under test, and it is slow.
 */

/** @typedef {{ readonly m: bigint, readonly e: number }} Big the number m 2^e */

const precision = 192;

/** @param {bigint} m @returns {number} the number of binary digits of |m|, 0 for 0 */
function digitsOf(m) {
  if (m === 0n) return 0;
  const hex = (m < 0n ? -m : m).toString(16);
  return 4 * hex.length - Math.clz32(Number.parseInt(/** @type {string} */ (hex[0]), 16)) + 28;
}

/** @param {bigint} m @param {number} e @returns {Big} rounded to nearest, to the precision */
function rounded(m, e) {
  const excess = digitsOf(m) - precision;
  if (excess <= 0) return { m, e };
  return { m: (m + (1n << BigInt(excess - 1))) >> BigInt(excess), e: e + excess };
}

const float64 = new Float64Array(1);
const bits = new BigUint64Array(float64.buffer);

/** @param {number} x finite @returns {Big} exactly x */
export function big(x) {
  float64[0] = x;
  const word = /** @type {bigint} */ (bits[0]);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const m = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return { m: x < 0 ? -m : m, e: Math.max(exponent, 1) - 1075 };
}

/** @param {Big} x @returns {number} the exponent of its first binary digit: 2^result <= |x| < 2^(result + 1) */
export function exponentOf(x) {
  return x.m === 0n ? Number.NEGATIVE_INFINITY : digitsOf(x.m) - 1 + x.e;
}

/** @param {Big} x @returns {number} near it, as precise as a float64 within its range */
export function toNumber(x) {
  const excess = Math.max(digitsOf(x.m) - 64, 0);
  const top = Number(x.m >> BigInt(excess));
  const e = x.e + excess;
  const half = Math.trunc(e / 2);
  return top * 2 ** half * 2 ** (e - half);
}

/** @param {Big} x @param {number} exponent @returns {Big} x 2^exponent */
export const scaled = (x, exponent) => ({ m: x.m, e: x.e + exponent });

/** @param {Big} x @returns {Big} */
export const neg = (x) => ({ m: -x.m, e: x.e });

/** @param {Big} a @param {Big} b @returns {Big} */
export function add(a, b) {
  const gap = exponentOf(a) - exponentOf(b);
  // Beyond the last digit of the other a number cannot be seen; without this, 1 + 2^-1000 would need 1000 digits.
  if (a.m === 0n || gap < -2 * precision) return b;
  if (b.m === 0n || gap > 2 * precision) return a;
  const e = Math.min(a.e, b.e);
  return rounded((a.m << BigInt(a.e - e)) + (b.m << BigInt(b.e - e)), e);
}

/** @param {Big} a @param {Big} b @returns {Big} */
export const sub = (a, b) => add(a, neg(b));

/** @param {Big} a @param {Big} b @returns {Big} */
export const mul = (a, b) => rounded(a.m * b.m, a.e + b.e);

/** @param {Big} a @param {Big} b @returns {Big} */
export function div(a, b) {
  const shift = Math.max(0, precision + 8 + digitsOf(b.m) - digitsOf(a.m));
  return rounded((a.m << BigInt(shift)) / b.m, a.e - shift - b.e);
}

/** @param {Big} x at least 0 @returns {Big} */
export function sqrt(x) {
  if (x.m === 0n) return x;
  // m 2^e with e even and digits enough; then Newton's iteration from above, which falls until it has the whole root.
  const shift = 2 * precision + ((x.e - 2 * precision) & 1 ? 1 : 0);
  const m = x.m << BigInt(shift);
  let root = 1n << BigInt((digitsOf(m) >> 1) + 1);
  for (;;) {
    const next = (root + m / root) >> 1n;
    if (next >= root) return rounded(root, (x.e - shift) / 2);
    root = next;
  }
}

const one = big(1);

/** @param {number} n @param {number} d @returns {Big} */
const ratio = (n, d) => div(big(n), big(d));

/**
 * first + first factor(1) + first factor(1) factor(2) + ..., until a term is too small to be seen.
 *
 * @param {Big} first
 * @param {(term: Big, n: number) => Big} next the n-th term from the one before it
 * @returns {Big}
 */
function series(first, next) {
  let sum = first;
  let term = first;
  for (let n = 1; term.m !== 0n && exponentOf(term) > exponentOf(sum) - precision - 8; n++) {
    term = next(term, n);
    sum = add(sum, term);
  }
  return sum;
}

/** 2 (z + z³ / 3 + z⁵ / 5 + ...) = log((1 + z) / (1 - z)). @param {Big} z of size 1/3 at most @returns {Big} */
function logRatio(z) {
  const square = mul(z, z);
  let power = z;
  let sum = z;
  for (let n = 3; power.m !== 0n && exponentOf(power) > exponentOf(z) - precision - 8; n += 2) {
    power = mul(power, square);
    sum = add(sum, div(power, big(n)));
  }
  return scaled(sum, 1);
}

/** 1/n - 1/(3 n³) + 1/(5 n⁵) - ... @param {number} n @returns {Big} */
function arctanOfInverse(n) {
  const square = big(n * n);
  let power = ratio(1, n);
  let sum = power;
  for (let k = 1; exponentOf(power) > -precision - 16; k++) {
    power = neg(div(power, square));
    sum = add(sum, div(power, big(2 * k + 1)));
  }
  return sum;
}

const ln2 = logRatio(ratio(1, 3));
/** J. Machin, 1706. */
const pi = sub(scaled(arctanOfInverse(5), 4), scaled(arctanOfInverse(239), 2));

/** @param {Big} x @returns {Big} e^x - 1, with all digits where x is small */
export function expm1(x) {
  if (exponentOf(x) >= -1) return sub(exp(x), one);
  const small = scaled(x, -6);
  let y = series(small, (term, n) => div(mul(term, small), big(n + 1)));
  // e^2x - 1 = (e^x - 1) (e^x + 1)
  for (let i = 0; i < 6; i++) y = mul(y, add(y, big(2)));
  return y;
}

/** @param {Big} x @returns {Big} */
export function exp(x) {
  if (exponentOf(x) < -1) return add(one, expm1(x));
  const k = Math.round(toNumber(x) / Math.LN2);
  return scaled(add(one, expm1(sub(x, mul(big(k), ln2)))), k);
}

/** @param {Big} x above -1 @returns {Big} log(1 + x), with all digits where x is small */
export function log1p(x) {
  if (exponentOf(x) < -1) return logRatio(div(x, add(big(2), x)));
  return log(add(one, x));
}

/** @param {Big} x above 0 @returns {Big} */
export function log(x) {
  // x = y 2^k with y between 2/3 and 4/3
  const exponent = exponentOf(x);
  const k = toNumber(scaled(x, -exponent)) > 4 / 3 ? exponent + 1 : exponent;
  const y = scaled(x, -k);
  return add(logRatio(div(sub(y, one), add(y, one))), mul(big(k), ln2));
}

/** sin and cos of r by their series. @param {Big} r of size pi / 4 at most @returns {{ sin: Big, cos: Big }} */
function sinCos(r) {
  const square = neg(mul(r, r));
  return {
    sin: series(r, (term, n) => div(mul(term, square), big(2 * n * (2 * n + 1)))),
    cos: series(one, (term, n) => div(mul(term, square), big(2 * n * (2 * n - 1)))),
  };
}

/** @param {Big} x @param {number} quarters @returns {Big} sin(x + quarters pi / 2) */
function shiftedSin(x, quarters) {
  const turns = Math.round(toNumber(x) / (Math.PI / 2));
  const { sin, cos } = sinCos(sub(x, mul(big(turns), scaled(pi, -1))));
  const quadrant = (((turns + quarters) % 4) + 4) % 4;
  const value = quadrant % 2 === 0 ? sin : cos;
  return quadrant < 2 ? value : neg(value);
}

/** @param {Big} x far below 2^100 @returns {Big} */
export const sin = (x) => shiftedSin(x, 0);
/** @param {Big} x far below 2^100 @returns {Big} */
export const cos = (x) => shiftedSin(x, 1);

/** @param {Big} x @returns {Big} (e^2x - 1) / (e^2x + 1) */
export function tanh(x) {
  const y = expm1(scaled(x, 1));
  return div(y, add(y, big(2)));
}

/** @param {Big} x @returns {Big} 1 / (1 + e^-x) */
export const sigmoid = (x) => div(one, add(one, exp(neg(x))));

/** @param {Big} x @returns {Big} log(1 + e^x) */
export const softplus = (x) => (x.m > 0n ? add(x, log1p(exp(neg(x)))) : log1p(exp(x)));

/** @param {Big} a @param {Big} b @returns {Big} log(e^a + e^b) */
export const logaddexp = (a, b) => add(a, softplus(sub(b, a)));

/** 2 / sqrt(pi) e^-x² (x + 2 x³ / 3 + 4 x⁵ / 15 + ...) (Abramowitz & Stegun 7.1.6). @param {Big} x @returns {Big} */
export function erf(x) {
  const square = mul(x, x);
  const sum = series(x, (term, n) => div(mul(term, scaled(square, 1)), big(2 * n + 1)));
  return div(mul(scaled(sum, 1), exp(neg(square))), sqrt(pi));
}

/** @param {Big} x @returns {Big} 1 - erf(x); from 2 on a continued fraction (7.1.14) with as many terms as it needs */
export function erfc(x) {
  const size = toNumber(x);
  if (size < 2) return sub(one, erf(x));
  let fraction = x;
  for (let n = 60 + Math.ceil((precision / (4 * size)) ** 2); n > 0; n--)
    fraction = add(x, div(ratio(n, 2), fraction));
  return div(exp(neg(mul(x, x))), mul(sqrt(pi), fraction));
}

/** @param {Big} a above 0 @param {Big} b @returns {Big} a^b */
export const pow = (a, b) => exp(mul(b, log(a)));

/** @param {Big} x @returns {Big} x times the normal distribution function at x */
export const gelu = (x) => mul(scaled(x, -1), erfc(neg(div(x, sqrt(big(2))))));

/** The formats of IEEE 754 that tensors have: bits of the significand, exponents of the least normal and of the largest number. */
const formats = {
  float32: { bits: 24, least: -126, largest: 127 },
  float64: { bits: 53, least: -1022, largest: 1023 },
};

/**
 * How far a number is from the truth, in units in the last place of the truth: the distance from a number of the format to
 * the next where the truth lies. 0 for an infinity that the truth rounds to.
 *
 * @param {number} actual
 * @param {Big} truth
 * @param {'float32' | 'float64'} dtype
 * @returns {number}
 */
export function ulps(actual, truth, dtype) {
  const { bits, least, largest } = formats[dtype];
  if (!Number.isFinite(actual)) {
    const isBeyond = exponentOf(truth) > largest && actual > 0 === truth.m > 0n;
    return isBeyond && actual === actual ? 0 : Number.POSITIVE_INFINITY;
  }
  const exponent = Math.min(Math.max(exponentOf(truth), least), largest);
  return Math.abs(toNumber(scaled(sub(big(actual), truth), bits - 1 - exponent)));
}
