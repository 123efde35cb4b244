import { expect, test } from 'vitest';
import { checkStep } from './gradcheck.js';
import { runCli } from './testing/run-cli.js';

test('rdml gradcheck compares divergence and cohort step with differences, and all agree', async () => {
  const { code, stdout, stderr } = await runCli(['gradcheck']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n').slice(1);
  expect(lines).toHaveLength(11 + 6);
  for (const line of lines)
    expect(line).toMatch(/^(divergence, alpha \S+,|cohort step, alpha \S+,) .+ {2}ok$/);
  const { isRight } = JSON.parse((await runCli(['gradcheck', '--json'])).stdout) as { isRight: boolean };
  expect(isRight).toBe(true);
});

test('a gradient that is off by a thousandth of its mutual part is found out', () => {
  for (const order of ['jacobi', 'gaussSeidel'] as const) {
    const { largestError, tolerance } = checkStep(2, order, 0.7 * 1.001);
    expect(largestError).toBeGreaterThan(10 * tolerance);
  }
});
