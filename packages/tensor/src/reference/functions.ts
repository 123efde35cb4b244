/*
 * Functions that `Math` lacks, of float64 numbers, each in a form that neither overflows nor cancels.
 */

/** 1 / (1 + e^-x), as e^x / (1 + e^x) for x < 0: no exponential overflows, and both tails keep their digits. */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|). */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** log(e^a + e^b) = max(a, b) + log1p(e^-|a - b|). Equal infinities have no difference, but they have a sum. */
export function logaddexp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** The nearest whole number, the even one of two; -0 for -0.5, as in IEEE 754. */
export function roundHalfToEven(x: number): number {
  const size = Math.abs(x);
  if (!(size < 2 ** 52)) return x; // whole already, or NaN
  const rounded = size + 2 ** 52 - 2 ** 52; // between 2^52 and 2^53 the numbers are the whole ones
  return x > 0 ? rounded : x < 0 ? -rounded : x;
}

/** C's pow, where JavaScript's makes 1 ** NaN, 1 ** Infinity and (-1) ** Infinity NaN. */
export function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1;
  return a ** b;
}
