import { expect, test } from 'vitest';
import { interleave } from './interleave.js';

test('contenders take turns', () => {
  const order: string[] = [];
  const sample = (name: string, round: number): number => {
    order.push(name);
    return round;
  };
  const samples = interleave(['A', 'B', 'C'], sample, { least: 1, most: 3 }, () => false);
  expect(order.join('')).toBe('ABCABCABC');
  expect(samples).toEqual([
    [0, 1, 2],
    [0, 1, 2],
    [0, 1, 2],
  ]);
});

test('when time is up, the least number of rounds is still taken, and no round is cut short', () => {
  const order: string[] = [];
  const sample = (name: string): number => order.push(name);
  interleave(['A', 'B'], sample, { least: 2, most: 9 }, () => true);
  expect(order.join('')).toBe('ABAB');
});

test('a contender that fails leaves the others their turns', () => {
  const sample = (name: string, round: number): number | undefined =>
    name === 'B' && round === 1 ? undefined : round;
  const samples = interleave(['A', 'B'], sample, { least: 3, most: 3 }, () => false);
  expect(samples).toEqual([[0, 1, 2], [0]]);
});
