import { expect, test } from 'vitest';
import { benchmarkSampler } from './sampler.js';

/** Keeps the processor for so many milliseconds. */
function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('a sample begins with runs that are not timed', () => {
  let runs = 0;
  let isFirst = true;
  const sampler = benchmarkSampler('cold at first', () => {
    runs += 1;
    busy(isFirst ? 60 : 2);
    isFirst = false;
  });
  runs = 0;
  isFirst = true;
  const nanoseconds = sampler.sample();
  expect(sampler.runs).toBeGreaterThan(1);
  expect(runs).toBeGreaterThan(sampler.runs);
  // With the slow run among them it would be 2 ms and a share of 58.
  expect(nanoseconds / 1e6).toBeLessThan(2 + 58 / (sampler.runs + 1));
});
