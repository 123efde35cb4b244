import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { runCli, temporaryFolder } from './testing/run-cli.js';

const words = [
  'sweep',
  '--alpha',
  '1,2',
  '--seeds',
  '0-1',
  '--hidden',
  '2',
  '--epochs',
  '2',
  '--batch-size',
  '512',
];

function onlyFolder(cwd: string): string {
  const [name, ...others] = readdirSync(join(cwd, 'runs'));
  expect(others).toEqual([]);
  return join('runs', name as string);
}

/** Everything in a result but where and how long it ran. */
function comparable(text: string): unknown {
  const { run: _, ...rest } = JSON.parse(text) as { run: unknown };
  return rest;
}

test('a sweep prints its table and verdict, a line a run on stderr, and keeps all in its folder', async () => {
  const cwd = temporaryFolder();
  const { code, stdout, stderr } = await runCli([...words, '--jobs', '2'], { cwd });
  expect(code).toBe(0);
  expect(stderr.trimEnd().split('\n')).toHaveLength(6);
  expect(stderr).toMatch(/^run 6\/6 {2}k2-\S+-seed1 {2}test acc 0\.\d{4}$/m);
  expect(stdout).toMatch(/^6 runs in .+; test part, mean of the last 2 epochs over 2 seeds\n/);
  expect(stdout).toMatch(/\nindependent .+\nalpha 1 .+\nalpha 2 /);
  const folder = onlyFolder(cwd);
  expect(readdirSync(join(cwd, folder)).sort()).toEqual([
    'env.json',
    'k2-alpha1-seed0',
    'k2-alpha1-seed1',
    'k2-alpha2-seed0',
    'k2-alpha2-seed1',
    'k2-independent-seed0',
    'k2-independent-seed1',
    'report.html',
    'result.json',
    'sweep.csv',
    'sweep.json',
  ]);
  const html = readFileSync(join(cwd, folder, 'report.html'), 'utf8');
  expect(html).toMatch(/<p class="verdict">.+<\/p>/);
  const [, charts = '[]'] = /id="charts">(.*?)<\/script>/s.exec(html) ?? [];
  const [accuracy] = JSON.parse(charts) as { x: number[]; series: { name: string; errors: number[] }[] }[];
  expect(accuracy?.x).toEqual([1, 2]);
  expect(accuracy?.series.map(({ name }) => name)).toEqual(['mutual', 'independent']);
  expect(accuracy?.series[0]?.errors.every((error) => error >= 0)).toBe(true);
  // The folder of a run is that of any run.
  const one = await runCli(['report', join(folder, 'k2-alpha1-seed0')], { cwd });
  expect(one.code).toBe(0);
});

describe('the result of a sweep', () => {
  it('is the same with one thread, with three, and interrupted and resumed', async () => {
    const results = [];
    for (const jobs of ['1', '3']) {
      const { stdout, stderr } = await runCli([...words, '--jobs', jobs, '--json', '--quiet'], {
        cwd: temporaryFolder(),
      });
      expect(stderr).toBe('');
      results.push(comparable(stdout));
    }
    const cwd = temporaryFolder();
    let isSent = false;
    const stopped = await runCli([...words, '--jobs', '2', '--json'], {
      cwd,
      onStderr: (text) => {
        if (isSent || !/^run 2\//m.test(text)) return undefined;
        isSent = true;
        return 'SIGINT';
      },
    });
    expect({ code: stopped.code, stdout: stopped.stdout }).toEqual({ code: 130, stdout: '' });
    const folder = onlyFolder(cwd);
    expect(stopped.stderr).toMatch(
      new RegExp(
        `rdml sweep: interrupted by SIGINT; \\d of 6 runs are done\\. Go on with: rdml resume ${folder}\n$`,
      ),
    );
    expect(existsSync(join(cwd, folder, 'result.json'))).toBe(false);
    const resumed = await runCli(['resume', folder, '--json', '--quiet'], { cwd });
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    results.push(comparable(resumed.stdout));
    // Of a finished sweep nothing is left to do.
    results.push(comparable((await runCli(['resume', folder, '--json', '--quiet'], { cwd })).stdout));
    const [first] = results;
    for (const result of results) expect(result).toEqual(first);
  });

  it('counts a run that diverged, and goes on with the others', async () => {
    const cwd = temporaryFolder();
    const { code, stdout } = await runCli([...words, '--lambda', '1e30', '--json', '--quiet'], { cwd });
    expect(code).toBe(0);
    const { cells, verdict } = JSON.parse(stdout) as { cells: { diverged: number }[]; verdict: string };
    expect(cells.map(({ diverged }) => diverged)).toEqual([0, 2, 2]);
    expect(verdict).toMatch(/^Nothing can be compared/);
    const folder = join(cwd, onlyFolder(cwd), 'k2-alpha1-seed0');
    expect(readFileSync(join(folder, 'diverged.txt'), 'utf8')).toMatch(/of student \d at step \d/);
  });
});

test('what can not be swept is told before anything is written', async () => {
  const cwd = temporaryFolder();
  for (const [flag, value] of [
    ['--seeds', '3-1'],
    ['--alpha', '-1'],
    ['--jobs', 'many'],
    ['--epochs', '0'],
  ] as const) {
    const { code, stdout, stderr } = await runCli(['sweep', flag, value], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^rdml sweep: expected ${flag} .+; got ${value}\\.`));
  }
  expect(await runCli(['sweep', '--sedes', '1'], { cwd })).toMatchObject({
    stderr: 'rdml sweep: expected a flag that exists; got --sedes. Did you mean --seeds?\n',
  });
  expect(readdirSync(cwd)).toEqual([]);
});
