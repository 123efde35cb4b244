import { measureLimitsHere } from './measure-here.js';
import { expect, test } from 'vitest';
import { canFuse, flopsOfTurn, multiplyAddKernel } from './multiply-add.js';
import { prepareWork, ratesOf } from './rates.js';

test('the kernel does what it says: each chain halves its distance to 1 on each step', () => {
  for (const chains of [1, 8, 12]) {
    for (const fused of canFuse() ? [false, true] : [false]) {
      // A turn is four steps from 0: 15/16 in each of the chains, whose lanes are added up.
      expect(multiplyAddKernel({ chains, fused })(1)).toBe((chains * 15) / 16);
      expect(multiplyAddKernel({ chains, fused })(100)).toBe(chains);
      expect(flopsOfTurn({ chains, fused })).toBe(chains * 4 * 4 * 2);
    }
  }
});

test('work tells how much it did', () => {
  expect(prepareWork({ kind: 'copy', bytes: 4096 })()).toBe(4096);
  expect(prepareWork({ kind: 'multiply-add', chains: 2, fused: false })()).toBe(10_000 * 2 * 32);
});

test('there is a rate for each window, of at least two runs and not of those to warm up', () => {
  let runs = 0;
  const rates = ratesOf(() => ++runs, { count: 3, milliseconds: 0 });
  expect(runs).toBe(8);
  expect(rates).toHaveLength(3);
  expect(rates.every((rate) => rate > 0)).toBe(true);
});

test('a thread measures its own limits: its best arithmetic, and copies of each size', () => {
  const { byThreads } = measureLimitsHere({ count: 1, milliseconds: 1 }, [2 ** 10, 2 ** 15]);
  expect(byThreads.map(({ threads }) => threads)).toEqual([1]);
  expect(byThreads[0]?.gflops).toBeGreaterThan(0);
  expect(byThreads[0]?.copies.map(({ bytes }) => bytes)).toEqual([2 ** 10, 2 ** 15]);
  expect(byThreads[0]?.copies.every(({ gigabytesPerSecond }) => gigabytesPerSecond > 0)).toBe(true);
});
