/*
 * Goodness-of-fit tests. Each compares a statistic with the value that a right distribution exceeds with the probability
 * `significance`; seeds are fixed, so a test that passes once passes always.
 */

/** What a right generator fails once in a thousand times. */
const significance = 1e-3;

/** The standard normal value that is exceeded in absolute value with probability 1e-3. */
export const normalQuantile = 3.2905;

/**
 * Kolmogorov and Smirnov: sqrt(n) times the largest distance between the empirical distribution and the given one, which
 * exceeds 1.9495 with probability 2 e^(-2 x^2) = 1e-3 as n grows.
 */
export function kolmogorovSmirnov(sample: ArrayLike<number>, cumulative: (x: number) => number): number {
  const n = sample.length;
  let distance = 0;
  Float64Array.from(sample)
    .sort()
    .forEach((x, i) => {
      const expected = cumulative(x);
      distance = Math.max(distance, expected - i / n, (i + 1) / n - expected);
    });
  return Math.sqrt(n) * distance;
}

export const kolmogorovQuantile: number = Math.sqrt(Math.log(2 / significance) / 2);

/** Pearson: sum (observed - expected)^2 / expected over cells of equal probability. */
export function chiSquare(observed: readonly number[]): number {
  const expected = observed.reduce((total, count) => total + count, 0) / observed.length;
  return observed.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
}

/** What chi-square of so many cells exceeds with probability 1e-3 (Wilson and Hilferty 1931; good to 1 % from 8 cells). */
export function chiSquareQuantile(cells: number): number {
  const degrees = cells - 1;
  const oneSided = 3.0902;
  return degrees * (1 - 2 / (9 * degrees) + oneSided * Math.sqrt(2 / (9 * degrees))) ** 3;
}

/** The normal distribution function, by its series in odd powers (Marsaglia 2004), to 1e-14 for |x| < 6. */
export function normalCumulative(x: number): number {
  if (Math.abs(x) > 6) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-18; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x) * (1 / Math.sqrt(2 * Math.PI));
}

/** The correlation of two samples of one length. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((s, x) => s + x, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] as number) - meanA, (b[i] as number) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
