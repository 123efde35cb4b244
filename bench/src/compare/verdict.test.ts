import { Generator } from '@renyi/tensor';
import { expect, test } from 'vitest';
import { type LaunchSamples, verdicts } from './verdict.js';

const [taskCount, launchCount, roundCount] = [40, 8, 5];

/**
 * Samples of 40 tasks as a shared machine gives them: a load that comes and goes from round to round and meets both alike,
 * noise of each sample with a long tail, and what each process is born with. Task 7 takes `factor` as long now.
 */
function simulated(seed: number, factor: number): Map<string, LaunchSamples[]> {
  const noise = new Generator(seed).normal([taskCount * launchCount * (2 + 5 * roundCount)]).dataSync();
  let taken = 0;
  const next = (): number => noise[taken++] as number;
  const launches = (slower: number): LaunchSamples[] =>
    Array.from({ length: launchCount }, () => {
      const born = [0.03 * next(), 0.03 * next()] as const;
      const sample = (load: number, process: number): number =>
        100 * Math.exp(0.5 * load + process + 0.05 * next() + (next() > 1.5 ? 0.3 : 0));
      const rounds = Array.from({ length: roundCount }, () => {
        const load = next();
        return [sample(load, born[0]), slower * sample(load, born[1])] as const;
      });
      return { base: rounds.map(([base]) => base), now: rounds.map(([, now]) => now) };
    });
  return new Map(Array.from({ length: taskCount }, (_, i) => [`task ${i}`, launches(i === 7 ? factor : 1)]));
}

function changed(seed: number, factor: number): string[] {
  return verdicts(simulated(seed, factor))
    .filter(({ change }) => change !== 'none')
    .map(({ task, change }) => `${task} ${change}`);
}

test('where nothing changed, no change is reported in at least 19 of 20 runs', () => {
  const reports = Array.from({ length: 60 }, (_, seed) => changed(seed, 1).length > 0);
  expect(reports.filter(Boolean).length).toBeLessThanOrEqual(60 / 20);
});

test('a planted 1.5-fold slowdown is found and named, and so is a gain', () => {
  for (let seed = 0; seed < 20; seed++) {
    expect(changed(seed, 1.5)).toContain('task 7 slower');
    expect(changed(seed, 1 / 1.5)).toContain('task 7 faster');
  }
});

test('the interval holds the true ratio, and is narrower with more launches', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { lower, ratio, upper } = verdicts(simulated(seed, 1.5))[7] as ReturnType<typeof verdicts>[0];
    expect(lower).toBeLessThan(1.5);
    expect(upper).toBeGreaterThan(1.5);
    expect(ratio).toBeGreaterThan(lower);
    expect(ratio).toBeLessThan(upper);
  }
  const width = (launches: readonly LaunchSamples[]): number => {
    const [verdict] = verdicts(new Map([['one', launches]]));
    return Math.log((verdict?.upper as number) / (verdict?.lower as number));
  };
  const all = simulated(1, 1).get('task 0') as LaunchSamples[];
  expect(width(all)).toBeLessThan(width(all.slice(0, 3)));
});

test('a change that is sure but small is none, and one launch alone shows nothing', () => {
  const exact = (factor: number): LaunchSamples => ({ base: [100, 100], now: [100 * factor, 100 * factor] });
  const many = (factor: number) => new Map([['one', Array.from({ length: 8 }, () => exact(factor))]]);
  expect(verdicts(many(1.02))[0]?.change).toBe('none');
  expect(verdicts(many(1.04))[0]?.change).toBe('slower');
  expect(verdicts(new Map([['one', [exact(3)]]]))[0]).toMatchObject({ change: 'none', upper: Infinity });
});
