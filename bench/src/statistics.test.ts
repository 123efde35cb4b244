import { expect, test } from 'vitest';
import { median, pairedRatio, quantile, summarize } from './statistics.js';

test('the median is the middle sample, or halfway between the two middle ones', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
  expect(median([])).toBeNaN();
});

test('quartiles interpolate as NumPy and R do', () => {
  // numpy.quantile([1, 2, 3, 4], [0.25, 0.75]) is [1.75, 3.25].
  expect(quantile([4, 3, 2, 1], 0.25)).toBe(1.75);
  expect(quantile([4, 3, 2, 1], 0.75)).toBe(3.25);
});

test('a summary does not depend on the order of the samples, and leaves them as they are', () => {
  const samples = [9, 10, 1, 2, 100];
  expect(summarize(samples)).toEqual({ median: 9, lower: 2, upper: 10, best: 1 });
  expect(summarize(samples.toReversed())).toEqual(summarize(samples));
  expect(samples).toEqual([9, 10, 1, 2, 100]);
});

test('samples sort as numbers, not as text', () => {
  expect(median([10, 9, 100])).toBe(10);
});

test('load that slows whole rounds does not change a paired ratio', () => {
  const load = [1, 10, 1, 5, 3];
  const baseline = load.map((factor) => 2 * factor);
  const contender = load.map((factor) => 3 * factor);
  expect(pairedRatio(contender, baseline)).toBe(1.5);
});
