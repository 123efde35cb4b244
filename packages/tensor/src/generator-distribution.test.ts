import { describe, expect, it } from 'vitest';
import { tensor } from './create.js';
import { Generator } from './generator.js';
import { expand } from './ops/rearrange.js';
import {
  chiSquare,
  chiSquareQuantile,
  correlation,
  kolmogorovQuantile,
  kolmogorovSmirnov,
  normalCumulative,
  normalQuantile,
} from './statistics.testing.js';

const n = 20_000;
const float64 = { dtype: 'float64' } as const;
const dtypes = ['float32', 'float64'] as const;

/** Each moment is held to the deviation that a right one exceeds once in a thousand times. */
function expectMoments(
  sample: ArrayLike<number>,
  moments: readonly [power: number, mean: number, variance: number][],
): void {
  for (const [power, mean, variance] of moments) {
    const actual = Array.from(sample).reduce((sum, x) => sum + x ** power, 0) / sample.length;
    expect(Math.abs(actual - mean)).toBeLessThan(normalQuantile * Math.sqrt(variance / sample.length));
  }
}

describe('at the significance 1e-3', () => {
  it.each(dtypes)('uniform numbers are uniform (%s)', (dtype) => {
    const sample = new Generator(11).uniform([n], { dtype, low: -1, high: 3 }).dataSync();
    expect(kolmogorovSmirnov(sample, (x) => (x + 1) / 4)).toBeLessThan(kolmogorovQuantile);
    // E x = 1, Var x = 16/12
    expectMoments(sample, [[1, 1, 16 / 12]]);
  });

  it('uniform integers are equally likely, negative ones too', () => {
    const counts = new Array<number>(9).fill(0);
    for (const x of new Generator(12).uniform([n], { dtype: 'int32', low: -4, high: 5 }).dataSync()) {
      counts[x + 4] = (counts[x + 4] as number) + 1;
    }
    expect(chiSquare(counts)).toBeLessThan(chiSquareQuantile(9));
  });

  it.each(dtypes)('normal numbers are normal (%s)', (dtype) => {
    const sample = new Generator(13).normal([n], { dtype }).dataSync();
    expect(kolmogorovSmirnov(sample, normalCumulative)).toBeLessThan(kolmogorovQuantile);
    // E x^k = 0, 1, 0, 3 and Var x^k = E x^2k - (E x^k)^2 = 1, 3 - 1, 15, 105 - 9
    expectMoments(sample, [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ]);
  });

  it('normal numbers have the mean and the standard deviation that they are told', () => {
    const sample = new Generator(14).normal([n], { ...float64, mean: 5, std: 0.1 }).dataSync();
    expect(kolmogorovSmirnov(sample, (x) => normalCumulative((x - 5) / 0.1))).toBeLessThan(
      kolmogorovQuantile,
    );
  });

  it('the two normal numbers of a pair are unrelated', () => {
    const sample = new Generator(15).normal([2 * n], float64).dataSync();
    const [even, odd] = [sample.filter((_, i) => i % 2 === 0), sample.filter((_, i) => i % 2 === 1)];
    expect(Math.abs(correlation(even, odd))).toBeLessThan(normalQuantile / Math.sqrt(n));
    expect(
      Math.abs(
        correlation(
          even.map((x) => x * x),
          odd.map((x) => x * x),
        ),
      ),
    ).toBeLessThan(normalQuantile / Math.sqrt(n));
  });

  it('the 24 orders of 4 items are equally likely', () => {
    const generator = new Generator(16);
    const counts = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const order = generator.permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()])).toBeLessThan(chiSquareQuantile(24));
  });

  it('neighboring seeds, splits, and a generator and its split are unrelated', () => {
    const parent = new Generator(17);
    const [first, second] = [parent.split(), parent.split()];
    const streams = [
      new Generator(0),
      new Generator(1),
      parent,
      first,
      second,
      first.split(),
      new Generator(2 ** 32),
    ];
    const samples = streams.map((generator) => generator.uniform([n], float64).dataSync());
    samples.forEach((a, i) => {
      for (const b of samples.slice(0, i))
        expect(Math.abs(correlation(a, b))).toBeLessThan(normalQuantile / Math.sqrt(n));
    });
  });

  it('consecutive numbers and consecutive draws are unrelated', () => {
    const generator = new Generator(18);
    const [a, b] = [generator.uniform([n], float64).dataSync(), generator.uniform([n], float64).dataSync()];
    expect(Math.abs(correlation(a, b))).toBeLessThan(normalQuantile / Math.sqrt(n));
    expect(Math.abs(correlation(a.slice(1), a.slice(0, -1)))).toBeLessThan(normalQuantile / Math.sqrt(n - 1));
  });

  it('a coin falls as often as it is told', () => {
    for (const p of [0, 0.1, 0.5, 1]) {
      const sample = new Generator(17).bernoulli([n], { p, dtype: 'float64' }).dataSync();
      const mean = Array.from(sample).reduce((total, x) => total + x, 0) / n;
      expect(Math.abs(mean - p)).toBeLessThanOrEqual(normalQuantile * Math.sqrt((p * (1 - p)) / n));
    }
  });

  it('classes are drawn with the probabilities of the softmax', () => {
    const shares = [1, 2, 3, 4, 6, 8];
    const logits = tensor(
      shares.map((share) => Math.log(share) + 700),
      float64,
    );
    const drawn = new Generator(18).categorical(expand(logits, [n, shares.length])).dataSync();
    const counts = shares.map((share, k) => [drawn.filter((x) => x === k).length, (n * share) / 24] as const);
    const statistic = counts.reduce((total, [count, due]) => total + (count - due) ** 2 / due, 0);
    expect(statistic).toBeLessThan(chiSquareQuantile(shares.length));
  });

  it('each test refuses a distribution that is a little wrong', () => {
    const sample = new Generator(11).uniform([n], float64).dataSync();
    expect(
      kolmogorovSmirnov(
        sample.map((x) => x ** 1.1),
        (x) => x,
      ),
    ).toBeGreaterThan(kolmogorovQuantile);
    const normal = new Generator(13).normal([n], float64).dataSync();
    expect(
      kolmogorovSmirnov(
        normal.map((x) => 1.1 * x),
        normalCumulative,
      ),
    ).toBeGreaterThan(kolmogorovQuantile);
    expect(chiSquare([...new Array(23).fill(1000), 1250])).toBeGreaterThan(chiSquareQuantile(24));
  });
});
