import { expect, test } from 'vitest';
import { warmUp } from './warm-up.js';

/** Runs for as long as `cost` says of each run, in milliseconds of a clock of its own. */
function warmed(cost: (run: number) => number, seconds?: number): { runs: number; milliseconds: number } {
  let [runs, time] = [0, 0];
  const run = (): void => {
    time += cost(runs++);
  };
  warmUp(run, { seconds, now: () => time });
  return { runs, milliseconds: time };
}

test('what is as fast at once as later on is warm after 60 ms', () => {
  expect(warmed(() => 0.01).milliseconds).toBeCloseTo(60, -1);
});

test('two runs are made at least, but one where it takes more than a second', () => {
  expect(warmed(() => 500).runs).toBe(2);
  expect(warmed(() => 1500).runs).toBe(1);
});

test('what gets faster meanwhile is given more time', () => {
  expect(warmed((run) => (run < 15 ? 3 : 2)).milliseconds).toBe(241);
});

test('what never stops getting faster is not waited for beyond four seconds', () => {
  expect(warmed((run) => 5 / (1 + run / 20) ** 0.3).milliseconds).toBeLessThan(4010);
});

test('who asks for seconds is given them', () => {
  expect(warmed(() => 1, 3).milliseconds).toBe(3000);
  expect(warmed(() => 1, 5).milliseconds).toBe(5000);
});
