import type { RenyiDerivatives } from './renyi-cases.testing.js';

/**
 * The Rényi divergence straight from its definition, in BigInt fixed point with 96 decimal digits behind the point.
 *
 * Nothing is shared with the code under test: no series near agreement, no branches, no skew symmetry. What cancels may
 * cancel: at |alpha - 1| = 1e-12 and logits that differ by 1e-8, 40 of the 96 digits go.
 */

const BITS = 320n;
const ONE = 1n << BITS;

/** Exact for any double of at least 2^-267. */
function fromNumber(x: number): bigint {
  const exponent = x === 0 ? 0 : Math.floor(Math.log2(Math.abs(x))) - 53;
  const mantissa = BigInt(x / 2 ** exponent);
  return exponent < 0 ? (mantissa << BITS) >> BigInt(-exponent) : mantissa << (BITS + BigInt(exponent));
}

const toNumber = (x: bigint): number => Number(x) / 2 ** Number(BITS);
const times = (x: bigint, y: bigint): bigint => (x * y) >> BITS;
const over = (x: bigint, y: bigint): bigint => (x << BITS) / y;
const sum = (xs: readonly bigint[]): bigint => xs.reduce((total, x) => total + x, 0n);
const dot = (xs: readonly bigint[], ys: readonly bigint[]): bigint =>
  sum(xs.map((x, i) => times(x, ys[i] as bigint)));

/** e^x = (e^(x / 2^m))^(2^m), the inner one by its series; x up to about 10. */
function exp(x: bigint): bigint {
  if (x < -230n * ONE) return 0n; // below 1e-99
  const halvings = 16n;
  let term = ONE;
  let result = ONE;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = times(term, x >> halvings) / k;
    result += term;
  }
  for (let i = 0n; i < halvings; i++) result = times(result, result);
  return result;
}

/** log x for moderate x, by Halley's iteration on e^y = x: each round triples the digits of `Math.log`. */
function log(x: bigint): bigint {
  let y = fromNumber(Math.log(toNumber(x)));
  for (let round = 0; round < 2; round++) {
    const e = exp(y);
    y += over(2n * (x - e), x + e);
  }
  return y;
}

function logSumExp(xs: readonly bigint[]): bigint {
  const top = xs.reduce((a, b) => (a > b ? a : b));
  return top + log(sum(xs.map((x) => exp(x - top))));
}

/** For finite logits and a finite alpha. */
export function renyiTruth(
  alpha: number,
  logitsP: ArrayLike<number>,
  logitsQ: ArrayLike<number>,
): RenyiDerivatives {
  const logSoftmax = (logits: ArrayLike<number>): bigint[] => {
    const z = Array.from(logits, fromNumber);
    const normalizer = logSumExp(z);
    return z.map((x) => x - normalizer);
  };
  const order = fromNumber(alpha);
  const t = order - ONE;
  const a = logSoftmax(logitsP);
  const b = logSoftmax(logitsQ);
  const r = a.map((x, i) => x - (b[i] as bigint));
  const tilted = a.map((x, i) => x + times(t, r[i] as bigint));
  const psi = logSumExp(tilted);
  const p = a.map(exp);
  const q = b.map(exp);
  const s = tilted.map((x) => exp(x - psi));
  const mean = dot(s, r);
  const variance = dot(
    s,
    r.map((x) => times(x - mean, x - mean)),
  );
  const value = t === 0n ? mean : over(psi, t);
  const gradP =
    t === 0n
      ? p.map((x, i) => times(x, (r[i] as bigint) - value))
      : s.map((x, i) => times(over(order, t), x - (p[i] as bigint)));
  return {
    value: toNumber(value),
    gradQ: q.map((x, i) => toNumber(x - (s[i] as bigint))),
    gradP: gradP.map(toNumber),
    dAlpha: toNumber(t === 0n ? variance / 2n : over(mean - value, t)),
  };
}
