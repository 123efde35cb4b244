import type { Expression } from '../emitter/expression.js';
import type { Body, Local } from '../emitter/function.js';
import { f64x2, i64x2 } from '../emitter/instructions.js';

type Vector = Expression<'v128'>;

const { add, sub, mul, div } = f64x2;

/**
 * e^x = 2^n e^(x - n log 2) for |x| up to 700, within 1e-11: 2^n is made by adding n + 1023 in the lowest bits of a sum, and
 * shifting it to where a float64 has its exponent.
 */
export function exponentialOf(f: Body): (x: Vector) => Vector {
  const c = (value: number): Vector => f.let(f64x2.splat(value));
  const high = Math.floor(Math.LN2 * 2 ** 32) / 2 ** 32;
  const [log2E, ln2High, ln2Low, magic] = [
    c(Math.LOG2E),
    c(high),
    c(Math.LN2 - high),
    c(1.5 * 2 ** 52 + 1023),
  ];
  const coefficients = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880].map((factorial) => c(1 / factorial));
  return (x) => {
    const shifted = f.let(add(mul(x, log2E), magic));
    const n = f.let(sub(shifted, magic));
    const r = f.let(sub(sub(x, mul(n, ln2High)), mul(n, ln2Low)));
    return mul(polynomial(f, coefficients, r), i64x2.shl(shifted, 52));
  };
}

/** (e^x - 1 - x) / x^2 for |x| up to 1/2, within 1e-10. */
export function seriesOfPhi2(f: Body): (x: Vector) => Vector {
  const factorials = [2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800];
  const coefficients = factorials.map((factorial): Vector => f.let(f64x2.splat(1 / factorial)));
  return (x) => polynomial(f, coefficients, x);
}

/** log(1 + x) = 2 artanh(s), s = x / (2 + x), for |x| up to 1/4, within 1e-11. */
export function seriesOfLogarithm(f: Body): (x: Local<'v128'>) => Vector {
  const coefficients = [1, 3, 5, 7, 9, 11].map((odd): Vector => f.let(f64x2.splat(2 / odd)));
  const two = f.let(f64x2.splat(2));
  return (x) => {
    const s = f.let(div(x, add(two, x)));
    return mul(s, polynomial(f, coefficients, f.let(mul(s, s))));
  };
}

/** The sum of coefficients times powers of x: the even and the odd ones apart, which do not wait for each other. */
function polynomial(f: Body, coefficients: readonly Vector[], x: Vector): Vector {
  const square = f.let(mul(x, x));
  const [even, odd] = [0, 1].map((parity) =>
    coefficients.filter((_, i) => i % 2 === parity).reduceRight((sum, own) => add(mul(sum, square), own)),
  ) as [Vector, Vector];
  return add(even, mul(odd, x));
}
