import * as plans from '../plans.testing.js';
import { atBroadcast, elementwise as elementwiseOracle } from '../oracle.testing.js';
import type { Elementwise } from '../primitives/signatures.js';
import { arithmetic, binary, bool, type Case, float, unary, widest, finiteSize } from './forms.testing.js';

/** Functions of one element, or of those that meet when operands are broadcast. */
export const elementwise: { readonly [N in keyof Elementwise]: Case<N> } = {
  add: binary(arithmetic, (a, b) => a + b),
  sub: binary(arithmetic, (a, b) => a - b),
  mul: binary(arithmetic, (a, b) => a * b),
  div: binary(float, (a, b) => a / b),
  pow: binary(float, (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b)),
  minimum: binary(widest, (a, b) =>
    a !== a || b !== b ? NaN : a < b || (a === b && Object.is(a, -0)) ? a : b,
  ),
  maximum: binary(widest, (a, b) =>
    a !== a || b !== b ? NaN : a > b || (a === b && Object.is(b, -0)) ? a : b,
  ),
  logaddexp: {
    calls: plans.binary,
    dtype: float,
    oracle: ([a, b]) => ({
      ...elementwiseOracle((x, y) => Math.log(Math.exp(x as number) + Math.exp(y as number)))([a, b]),
      // Two exponentials whose arguments are exact, a sum of relative error 1, and its logarithm: an error of a few units
      // beside numbers of size 1, whatever is left of them.
      slack: (index) => finiteSize(atBroadcast(a, index)) + finiteSize(atBroadcast(b, index)) + 4,
    }),
  },
  equal: binary(bool, (a, b) => Number(a === b)),
  less: binary(bool, (a, b) => Number(a < b)),
  lessEqual: binary(bool, (a, b) => Number(a < b || a === b)),
  where: {
    calls: plans.where,
    dtype: ([, a, b]) => widest([a, b]),
    oracle: elementwiseOracle((condition, a, b) => (condition === 0 ? b : a) as number),
  },
  neg: unary(arithmetic, (x) => -x),
  exp: unary(float, Math.exp),
  expm1: unary(float, Math.expm1),
  log: unary(float, Math.log),
  log1p: unary(float, Math.log1p),
  sqrt: unary(float, Math.sqrt),
  abs: unary(arithmetic, (x) => Math.sqrt(x * x)),
  sign: unary(arithmetic, (x) => (x === 0 || x !== x ? x : x / Math.abs(x) || (x > 0 ? 1 : -1))),
  floor: unary(arithmetic, (x) => -Math.ceil(-x)),
  ceil: unary(arithmetic, (x) => -Math.floor(-x)),
  round: unary(arithmetic, nearestEven),
  sin: unary(float, Math.sin),
  cos: unary(float, Math.cos),
  tanh: unary(float, Math.tanh),
  // The textbook's forms lose digits or overflow only beyond the numbers that are drawn, of size 8.
  sigmoid: unary(float, (x) => 1 / (1 + Math.exp(-x)), 4),
  softplus: unary(float, (x) => (x === Infinity ? x : Math.log1p(Math.exp(x))), 8),
  erf: unary(float, (x) => integralOfBell(x), 64),
  erfc: unary(float, (x) => erfcByFraction(x), 256),
  relu: unary(arithmetic, (x) => Math.max(x, 0)),
  cast: {
    calls: plans.cast,
    dtype: (_operands, { dtype }) => dtype,
    oracle: ([x]) => x,
  },
};

/** The nearest whole number by its distance; of two at 1/2, the one that is twice a whole number. */
function nearestEven(x: number): number {
  const below = Math.floor(x);
  const distance = x - below;
  if (!(distance >= 0)) return x; // infinite or NaN
  const isUp = distance > 1 / 2 || (distance === 1 / 2 && below % 2 !== 0);
  const nearest = isUp ? below + 1 : below;
  return nearest === 0 && (x < 0 || Object.is(x, -0)) ? -0 : nearest;
}

/**
 * erf x = 2 / sqrt(pi) e^(-x²) (x + 2 x³ / 3 + 4 x⁵ / 15 + ...), a series without cancellation (Abramowitz & Stegun 7.1.6).
 * The exponential's argument is rounded, which costs x² / 2 units in the last place.
 */
function integralOfBell(x: number): number {
  if (!(Math.abs(x) < 8)) return Math.sign(x);
  let sum = x;
  let term = x;
  for (let n = 1; n < 300; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc x as a continued fraction (Abramowitz & Stegun 7.1.14) from its far end, whose terms are all positive. */
function erfcByFraction(x: number): number {
  if (x !== x) return x;
  if (x < 1 / 2) return 1 - integralOfBell(x);
  let fraction = x;
  for (let n = 2000; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}
