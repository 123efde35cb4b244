import { expect, test } from 'vitest';
import { errorBar } from './chart.js';

test('an error bar ends where the axis does, and has a cap at each end that is on it', () => {
  expect(errorBar(0.5, 0.25, [0, 1])).toEqual({ from: 0.25, to: 0.75, caps: [0.25, 0.75] });
  expect(errorBar(0, 0.25, [0, 1])).toEqual({ from: 0, to: 0.25, caps: [0.25] });
  expect(errorBar(1, 0.25, [0, 1])).toEqual({ from: 0.75, to: 1, caps: [0.75] });
  expect(errorBar(0.5, 0.5, [0, 1])).toEqual({ from: 0, to: 1, caps: [0, 1] });
});
