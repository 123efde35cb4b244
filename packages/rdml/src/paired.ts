import { DomainError } from '@renyi/tensor';

/** How far paired measurements are apart, and how sure that is. */
export interface Paired {
  /** The mean of a - b over the pairs. */
  readonly difference: number;
  /** Of that mean: the deviation of the differences over the square root of their number; NaN for one pair. */
  readonly standardError: number;
  /** How many pairs. */
  readonly pairs: number;
  /**
   * How likely a difference at least as far from 0 is where there is none: two-sided, by Student's t with pairs - 1
   * degrees of freedom. 1 where nothing can be told: one pair, or measurements that are not finite.
   */
  readonly p: number;
}

/**
 * Compares two measurements of the same things, pair by pair: what moves both alike cancels.
 * @param resolution the step in which they are measured, such as 1 / rows for an accuracy: values of a grid that
 * happen to differ all alike are no certainty, so the variance is at least that of rounding, resolution^2 / 12
 * @throws DomainError unless both are of one length, at least 1
 * Source: Student, "The probable error of a mean", 1908.
 *
 * @example
 * import { pairedComparison } from '@renyi/rdml';
 * const { difference, p } = pairedComparison([0.97, 0.98, 0.96], [0.96, 0.98, 0.97]);
 * console.log(difference.toFixed(4), p > 0.05); // => 0.0000 true
 */
export function pairedComparison(a: ArrayLike<number>, b: ArrayLike<number>, resolution = 0): Paired {
  const pairs = a.length;
  if (pairs === 0 || pairs !== b.length) {
    throw new DomainError('pairedComparison', {
      expected: 'as many measurements in both, at least one',
      got: `${pairs} and ${b.length}`,
    });
  }
  const differences = Array.from({ length: pairs }, (_, i) => (a[i] as number) - (b[i] as number));
  const { mean: difference, standardError: measured } = meanAndError(differences);
  const standardError = Math.max(measured, resolution / Math.sqrt(12 * pairs));
  const t = difference === 0 ? 0 : difference / standardError;
  return { difference, standardError, pairs, p: Number.isNaN(t) ? 1 : studentTail(Math.abs(t), pairs - 1) };
}

/** The mean of some measurements and its standard error; of one, NaN. */
export function meanAndError(values: readonly number[]): {
  readonly mean: number;
  readonly standardError: number;
} {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n) };
}

/**
 * The probability that Student's t with a whole number of degrees of freedom is beyond t >= 0 on either side. With
 * x = atan(t / sqrt(n)), the probability inside is a finite sum:
 *
 *     n odd    2 / pi (x + sin x (cos x + 2/3 cos^3 x + ... + (2 4 ... (n - 3)) / (3 5 ... (n - 2)) cos^(n - 2) x))
 *     n even   sin x (1 + 1/2 cos^2 x + ... + (1 3 ... (n - 3)) / (2 4 ... (n - 2)) cos^(n - 2) x)
 *
 * Without a degree of freedom it is 1. Exact to a few 1e-16 of 1.
 * Source: M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
export function studentTail(t: number, freedom: number): number {
  if (freedom < 1) return 1;
  const angle = Math.atan2(t, Math.sqrt(freedom));
  const cosine = Math.cos(angle);
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let total = 0;
  for (let k = isOdd ? 1 : 0; k <= freedom - 2; k += 2) {
    total += term;
    term *= ((k + 1) / (k + 2)) * cosine * cosine;
  }
  const inside = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * total) : Math.sin(angle) * total;
  return Math.min(1, Math.max(0, 1 - inside));
}

/**
 * Probabilities of several comparisons as they count together: the chance of any false finding among them is held, not
 * that of each. The smallest of m is multiplied by m, the next by m - 1, and none is below one before it.
 * Source: S. Holm, "A simple sequentially rejective multiple test procedure", 1979.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((i, j) => (ps[i] as number) - (ps[j] as number));
  const adjusted = ps.map(() => 1);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * (ps[i] as number)));
    adjusted[i] = largest;
  }
  return adjusted;
}
