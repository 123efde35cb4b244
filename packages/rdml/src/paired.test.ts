import { DomainError, Generator } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { holm, meanAndError, pairedComparison, studentTail } from './paired.js';

describe("Student's t", () => {
  // The two-sided 5 % and 1 % points of published tables, to their three decimals.
  it.each([
    [12.706, 1, 0.05],
    [4.303, 2, 0.05],
    [3.182, 3, 0.05],
    [2.776, 4, 0.05],
    [2.093, 19, 0.05],
    [2.861, 19, 0.01],
    [2.704, 40, 0.01],
  ])('is beyond %d with %i degrees of freedom with probability %d', (t, freedom, p) => {
    // Half a unit of the last place of t, times the density there, which is at most 0.4.
    expect(Math.abs(studentTail(t, freedom) - p)).toBeLessThan(0.4 * 0.0005);
  });

  it('is Cauchy with one degree of freedom: 1 - 2/pi atan t', () => {
    for (const t of [0, 0.3, 1, 50])
      expect(studentTail(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 15);
  });

  it('is nearly normal with many: the normal 5 % point is 1.959964', () => {
    expect(Math.abs(studentTail(1.959964, 100_000) - 0.05)).toBeLessThan(1e-5);
  });

  it('falls from 1 to 0 as t grows', () => {
    for (const freedom of [1, 2, 7, 8]) {
      expect(studentTail(0, freedom)).toBe(1);
      expect(studentTail(Number.POSITIVE_INFINITY, freedom)).toBeCloseTo(0, 15);
      expect(studentTail(2, freedom)).toBeLessThan(studentTail(1, freedom));
    }
  });
});

describe('a paired comparison', () => {
  it('sees a small difference that both share with large noise', () => {
    const noise = Array.from({ length: 10 }, (_, i) => Math.sin(7 * i));
    const moved = noise.map((x, i) => x + 0.01 + 0.001 * Math.cos(i));
    expect(pairedComparison(moved, noise).p).toBeLessThan(1e-6);
  });

  it('calls noise a finding about as often as it says', () => {
    const generator = new Generator(3);
    let found = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const values = generator.normal([10]).dataSync();
      if (pairedComparison(values.subarray(0, 5), values.subarray(5)).p < 0.05) found += 1;
    }
    // Binomial: 100 expected, standard deviation below 10; five of them.
    expect(Math.abs(found - 100)).toBeLessThan(50);
  });

  it('is not sure of a few grid values that happen to differ all alike', () => {
    const [a, b] = [
      [0.98, 0.97, 0.96],
      [0.97, 0.96, 0.95],
    ] as const;
    expect(pairedComparison(a, b).p).toBeLessThan(1e-6);
    const onGrid = pairedComparison(a, b, 0.01);
    expect(onGrid.standardError).toBeCloseTo(0.01 / 6, 12);
    expect(onGrid.p).toBeGreaterThan(0.02);
  });

  it('tells nothing from one pair, from equals, or from NaN', () => {
    expect(pairedComparison([2], [1])).toEqual({ difference: 1, standardError: Number.NaN, pairs: 1, p: 1 });
    expect(pairedComparison([1, 1], [1, 1])).toMatchObject({ difference: 0, p: 1 });
    expect(pairedComparison([Number.NaN, 1], [1, 1]).p).toBe(1);
  });

  it('refuses what is not paired', () => {
    expect(() => pairedComparison([1, 2], [1])).toThrow(DomainError);
    expect(() => pairedComparison([], [])).toThrow(/at least one; got 0 and 0/);
  });
});

it('the standard error of 1, 2, 3 is 1 over root 3', () => {
  const { mean, standardError } = meanAndError([1, 2, 3]);
  expect(mean).toBe(2);
  expect(standardError).toBeCloseTo(1 / Math.sqrt(3), 15);
});

it('Holm multiplies the smallest of three by 3, the next by 2, and keeps their order', () => {
  expect(holm([0.02, 0.01, 0.5])).toEqual([0.04, 0.03, 0.5]);
  expect(holm([0.03, 0.02])).toEqual([0.04, 0.04]);
  expect(holm([])).toEqual([]);
});
