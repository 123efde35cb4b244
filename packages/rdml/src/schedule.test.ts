import { ConfigError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { type Annealing, checkSchedule, type Schedule, valueAt } from './schedule.js';

const range = { text: 'a number of at least 0', includes: (x: number) => x >= 0 };

/** Its values at the start of each of `epochs` epochs of 4 steps. */
function byEpoch(schedule: Schedule, epochs: number): number[] {
  return Array.from({ length: epochs }, (_, e) =>
    valueAt(schedule, { step: 4 * e, stepsPerEpoch: 4, epochs }),
  );
}

function bySteps(schedule: Schedule, epochs: number): number[] {
  return Array.from({ length: 4 * epochs }, (_, step) =>
    valueAt(schedule, { step, stepsPerEpoch: 4, epochs }),
  );
}

describe('a schedule', () => {
  it.each<['linear' | 'cosine' | 'exponential', number[]]>([
    ['linear', [2, 1.625, 1.25, 0.875, 0.5]],
    ['cosine', [2, 2 - 0.75 * (1 - Math.SQRT1_2), 1.25, 0.5 + 0.75 * (1 - Math.SQRT1_2), 0.5]],
    ['exponential', [2, Math.SQRT2, 1, Math.SQRT1_2, 0.5]],
  ])('of kind %s begins and ends exactly where it should, and passes between', (kind, expected) => {
    const values = byEpoch({ kind, from: 2, to: 0.5 }, 5);
    expect([values[0], values[4]]).toEqual([2, 0.5]);
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i] as number, 12);
  });

  it('holds for an epoch, or changes at each step', () => {
    expect(bySteps({ kind: 'linear', from: 0, to: 1 }, 2)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    const stepped = bySteps({ kind: 'linear', from: 0, to: 7, every: 'step' }, 2);
    for (const [i, value] of stepped.entries()) expect(value).toBeCloseTo(i, 12);
  });

  it('of a run of one unit is its beginning', () => {
    expect(byEpoch({ kind: 'cosine', from: 3, to: 1 }, 1)).toEqual([3]);
  });

  it('multiplies, or warms up to a value or to another schedule', () => {
    expect(byEpoch({ kind: 'geometric', from: 8, factor: 0.5 }, 4)).toEqual([8, 4, 2, 1]);
    expect(byEpoch({ kind: 'steps', from: 8, factor: 0.5, over: 2 }, 5)).toEqual([8, 8, 4, 4, 2]);
    expect(bySteps({ kind: 'steps', from: 8, factor: 0.5, over: 0.5, every: 'step' }, 1)).toEqual([
      8, 8, 4, 4,
    ]);
    expect(byEpoch({ kind: 'warmUp', over: 4, to: 2 }, 6)).toEqual([0.5, 1, 1.5, 2, 2, 2]);
    expect(bySteps({ kind: 'warmUp', over: 1, to: 1, every: 'step' }, 2)).toEqual([
      0.25, 0.5, 0.75, 1, 1, 1, 1, 1,
    ]);
    const then: Annealing = { kind: 'linear', from: 4, to: 0 };
    expect(byEpoch({ kind: 'warmUp', over: 2, to: then }, 5)).toEqual([2, 3, 2, 1, 0]);
  });

  it('falls at milestones', () => {
    expect(byEpoch({ kind: 'milestones', from: 8, factor: 0.5, at: [1, 4] }, 6)).toEqual([8, 4, 4, 4, 2, 2]);
    expect(byEpoch({ kind: 'milestones', from: 8, factor: 0.5, at: [] }, 2)).toEqual([8, 8]);
  });

  it('as in the image code of the authors lags by an epoch and does not reach 0', () => {
    const values = byEpoch({ kind: 'authorsImage', max: 2 }, 10);
    const rounded = values.map((value) => Math.round(value * 1000) / 1000);
    expect(rounded).toEqual([2, 2, 1.951, 1.809, 1.588, 1.309, 1, 0.691, 0.412, 0.191]);
  });

  it('as in their text code is 1.25 + 0.75 cos(pi e / T)', () => {
    const values = byEpoch({ kind: 'authorsText', from: 2, to: 0.5 }, 8);
    for (const [e, value] of values.entries()) {
      expect(value).toBeCloseTo(1.25 + 0.75 * Math.cos((Math.PI * e) / 8), 12);
    }
  });
});

describe('what is no schedule is refused', () => {
  it.each<[unknown, RegExp]>([
    [-1, /expected x to be a number of at least 0; got -1/],
    ['fast', /or a schedule \{ kind, \.\.\. \} of kind linear, .*; got "fast"/],
    [null, /got null/],
    [{ kind: 'toString' }, /of kind linear, .*; got toString/],
    [{ kind: 'linear', from: 0 }, /expected x\.to to be a number of at least 0, and finite; got undefined/],
    [{ kind: 'linear', from: 0, to: -1 }, /x\.to to be .*; got -1/],
    [{ kind: 'linear', from: 0, to: Number.POSITIVE_INFINITY }, /x\.to .* finite; got Infinity/],
    [{ kind: 'linear', from: 0, to: 1, until: 3 }, /x \(linear\) with from, to, every; got until/],
    [{ kind: 'linear', from: 0, to: 1, every: 'hour' }, /x\.every 'epoch' or 'step'; got "hour"/],
    [{ kind: 'exponential', from: 0, to: 1 }, /x\.from to be a finite number above 0; got 0/],
    [{ kind: 'geometric', from: 1, factor: -2 }, /x\.factor to be a finite number above 0; got -2/],
    [{ kind: 'milestones', from: 1, factor: 0.5, at: 3 }, /x\.at to be a finite number above 0; got 3/],
    [{ kind: 'milestones', from: 1, factor: 0.5, at: [3, 0] }, /x\.at to be a finite number above 0; got 0/],
    [{ kind: 'milestones', from: 1, factor: 0.5 }, /x\.at to be a finite number above 0; got undefined/],
    [{ kind: 'warmUp', over: 0, to: 1 }, /x\.over to be a finite number above 0; got 0/],
    [{ kind: 'warmUp', over: 2, to: { kind: 'linear', from: 1 } }, /x\.to\.to to be .*; got undefined/],
    [{ kind: 'authorsImage', max: 2, every: 'step' }, /with max; got every/],
  ])('%j', (value, message) => {
    const check = (): unknown => checkSchedule('f', 'x', value, range);
    expect(check).toThrow(ConfigError);
    expect(check).toThrow(message);
  });
});
