/**
 * The error function erf(x) = 2 / sqrt(pi) * integral of e^(-t²) from 0 to x, and its complement erfc(x) = 1 - erf(x),
 * in float64.
 *
 * Near 0, by the series (Abramowitz & Stegun 1964, 7.1.5)
 *
 *     erf(x) = 2 / sqrt(pi) * sum over n of (-1)^n x^(2n + 1) / (n! (2n + 1)),
 *
 * whose first term is taken as x + (2 / sqrt(pi) - 1) x: the sum is then x with a small correction.
 *
 * Further out, by the product
 *
 *     erfc(x) = e^(-x²) / (1 + 2x) * F(t),    t = (x - 4.5) / (x + 3.5),
 *
 * in which F, between 1.12 and 1.29 for all x >= 1/2, is a polynomial in t (the form of M. M. Shepherd and
 * J. G. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 <= x < infinity", Math. Comp. 36, 1981).
 * The roundings of x², of 1 + 2x, of F and of the quotient are found exactly (T. J. Dekker 1971) and made good, so that
 * the error is little more than that of the exponential: below 1 ULP for erf, below 3 for erfc.
 */

/** 2 / sqrt(pi) */
const slope = 1.1283791670955126;

/** The coefficients of erf(x) / x - 1 in powers of x². At x = 1 the last one is 2e-19. */
const series: readonly number[] = seriesCoefficients(20);

/**
 * The coefficients of F in powers of t, from interpolation at 40 Chebyshev points with 60 digits, cut off where the
 * Chebyshev coefficients are below 3e-18.
 */
const tailCoefficients: readonly number[] = [
  1.224848042738414, -0.1215174220937226, 0.012843991297819149, 0.0348161317684895, -0.04121457191364261,
  0.029321169309434025, -0.015249159010232022, 0.005825997261585176, -0.001443707246828629,
  8.560025172950206e-5, 9.653858164726679e-5, -3.584335623601309e-5, -6.741708816825701e-7,
  3.9414952964508445e-6, -6.394086313452379e-7, -3.670618784531776e-7, 1.2303648035889282e-7,
  3.5196902809676084e-8, -1.8271002140843172e-8, -3.81737929347916e-9, 2.2870172147545035e-9,
  4.349353844458059e-10, -1.794775735740499e-10, -3.4326068018977124e-11,
];

export function erf(x: number): number {
  const size = Math.abs(x);
  if (size <= 1) return nearZero(x);
  const value = 1 - tail(size);
  return x < 0 ? -value : value;
}

export function erfc(x: number): number {
  const size = Math.abs(x);
  if (size <= 1 / 2) return 1 - nearZero(x);
  return x < 0 ? 2 - tail(size) : tail(size);
}

/** erf(x) for |x| <= 1. */
function nearZero(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = series.length - 1; n >= 0; n--) sum = sum * square + (series[n] as number);
  return x + x * sum;
}

/** erfc(x) for x >= 1/2; NaN for NaN. */
function tail(x: number): number {
  if (x > 27.3) return 0; // less than half the least number, 2^-1075
  const t = (x - 4.5) / (x + 3.5);
  let rest = 0;
  for (let n = tailCoefficients.length - 1; n >= 1; n--) rest = (rest + (tailCoefficients[n] as number)) * t;
  const first = tailCoefficients[0] as number;
  const sum = first + rest;
  const divisor = 1 + 2 * x;
  const quotient = sum / divisor;
  const product = quotient * divisor;
  // What the rounded quotient leaves over, the sum's and the divisor's own roundings included.
  const remainder =
    sum -
    product -
    productError(quotient, divisor, product) +
    (rest - (sum - first)) -
    quotient * (1 - (divisor - 2 * x));
  const square = x * x;
  const correction = remainder / divisor - quotient * productError(x, x, square);
  const exponential = Math.exp(-square);
  return exponential * quotient + exponential * correction;
}

/** a b - fl(a b), exactly. */
function productError(a: number, b: number, product: number): number {
  const highA = upperHalf(a);
  const highB = upperHalf(b);
  const lowA = a - highA;
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/** The upper 26 bits of a number (G. W. Veltkamp). */
function upperHalf(x: number): number {
  const scaled = (2 ** 27 + 1) * x;
  return scaled - (scaled - x);
}

function seriesCoefficients(terms: number): number[] {
  const coefficients = [0.12837916709551256];
  let factorial = 1;
  for (let n = 1; n < terms; n++) {
    factorial *= -n;
    coefficients.push(slope / (factorial * (2 * n + 1)));
  }
  return coefficients;
}
