import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCheckpoint } from '../node.js';
import { cli, runCli, temporaryFolder } from './testing/run-cli.js';

const settings = ['--epochs', '6', '--hidden', '8', '--alpha', 'cosine:2:0.5', '--batch-size', '32'];

/** The only run folder in `cwd`/runs. */
function onlyRun(cwd: string): string {
  const [name, ...others] = readdirSync(join(cwd, 'runs'));
  expect(others).toEqual([]);
  return join('runs', name as string);
}

/** Everything in a result but where and how long it ran. */
function comparable(text: string): unknown {
  const { run: _, ...rest } = JSON.parse(text) as { run: unknown };
  return rest;
}

async function uninterrupted(): Promise<{ result: unknown; weights: Buffer; csv: string }> {
  const cwd = temporaryFolder();
  const { stdout } = await runCli(['train', ...settings, '--json', '--quiet'], { cwd });
  const folder = join(cwd, onlyRun(cwd));
  return {
    result: comparable(stdout),
    weights: readFileSync(join(folder, 'student-1.safetensors')),
    csv: readFileSync(join(folder, 'metrics.csv'), 'utf8'),
  };
}

test('a run that was interrupted goes on to the same result, bit for bit', async () => {
  const whole = await uninterrupted();
  const cwd = temporaryFolder();
  let isSent = false;
  const onStderr = (text: string): NodeJS.Signals | undefined => {
    if (isSent || !/^epoch 2\//m.test(text)) return undefined;
    isSent = true;
    return 'SIGINT';
  };
  const first = await runCli(['train', ...settings], { cwd, onStderr });
  expect(first.code).toBe(130);
  const folder = onlyRun(cwd);
  expect(first.stderr).toContain(`Go on with: rdml resume ${folder}\n`);
  const second = await runCli(['resume', folder, '--json', '--quiet'], { cwd });
  expect({ code: second.code, stderr: second.stderr }).toEqual({ code: 0, stderr: '' });
  expect(comparable(second.stdout)).toEqual(whole.result);
  expect(readFileSync(join(cwd, folder, 'student-1.safetensors')).equals(whole.weights)).toBe(true);
  expect(readFileSync(join(cwd, folder, 'metrics.csv'), 'utf8')).toBe(whole.csv);
  const epochs = readFileSync(join(cwd, folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const records = epochs.map((line) => JSON.parse(line) as { epoch: number; seconds: number });
  expect(records.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
  const seconds = records.map((record) => record.seconds);
  expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  // Once it is over, there is nothing left to do but to tell the result again.
  const third = await runCli(['resume', folder, '--json', '--quiet'], { cwd });
  expect(comparable(third.stdout)).toEqual(whole.result);
  const { run } = JSON.parse(third.stdout) as { run: { seconds: number } };
  expect(run.seconds).toBeGreaterThanOrEqual(seconds.at(-1) as number);
});

test('a run that is killed at random moments loses at most the epoch it was in, and ends as if it had not been', async () => {
  const whole = await uninterrupted();
  const cwd = temporaryFolder();
  let words = ['train', ...settings];
  let finished = 0;
  for (let round = 0; round < 8; round++) {
    const child = spawn(process.execPath, [cli, ...words], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let epochs = 0;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      epochs = Math.max(epochs, ...Array.from(text.matchAll(/^epoch (\d+)\//gm), ([, n]) => Number(n)));
    });
    // The first is killed once it has begun; the others whenever.
    if (round === 0) await once(child.stderr, 'data');
    const timer = setTimeout(() => child.kill('SIGKILL'), (round * 137) % 400);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    const folder = onlyRun(cwd);
    const { progress } = (await readCheckpoint(join(cwd, folder, 'last.safetensors'))).state;
    expect(progress.epoch).toBeGreaterThanOrEqual(Math.max(finished, epochs - 1));
    finished = progress.epoch;
    words = ['resume', folder];
    if (code === 0) break;
  }
  const old = new Date(Date.now() - 120_000);
  const path = join(cwd, onlyRun(cwd));
  for (const name of readdirSync(path)) utimesSync(join(path, name), old, old);
  const last = await runCli([...words, '--json', '--quiet'], { cwd });
  expect(comparable(last.stdout)).toEqual(whole.result);
  expect(readFileSync(join(path, 'student-1.safetensors')).equals(whole.weights)).toBe(true);
  expect(readdirSync(path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}, 120_000);

test('there must be a whole checkpoint and the same data', async () => {
  const cwd = temporaryFolder();
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5},${i % 2}`);
  writeFileSync(join(cwd, 'data.csv'), rows.join('\n'));
  await runCli(['train', '--data', 'data.csv', '--epochs', '1', '--hidden', '2', '--quiet'], { cwd });
  const folder = onlyRun(cwd);
  const failed = async (): Promise<string> => {
    const { code, stdout, stderr } = await runCli(['resume', folder], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    return stderr;
  };
  writeFileSync(join(cwd, 'data.csv'), rows.slice(2).join('\n'));
  expect(await failed()).toMatch(
    /^rdml resume: expected the data that the run in .* began with; got other rows in .*data\.csv\. Put the file back/,
  );
  const checkpoint = join(cwd, folder, 'last.safetensors');
  writeFileSync(checkpoint, readFileSync(checkpoint).subarray(0, 500));
  expect(await failed()).toMatch(
    /^rdml resume: expected a whole checkpoint at .*\. The one before it is whole: /,
  );
  rmSync(join(cwd, folder), { recursive: true });
  expect(await failed()).toMatch(/^rdml resume: expected a checkpoint at .*; got no such file\n$/);
  const { stderr } = await runCli(['resume'], { cwd });
  expect(stderr).toBe(
    'rdml resume: expected a folder after the command; got nothing. See rdml resume --help\n',
  );
});

test('a run goes on with the backend that it began with', async () => {
  const cwd = temporaryFolder();
  const words = ['train', '--epochs', '1', '--hidden', '2', '--quiet', '--backend', 'reference'];
  expect(await runCli(words, { cwd })).toMatchObject({ code: 0 });
  const env = JSON.parse(readFileSync(join(cwd, onlyRun(cwd), 'env.json'), 'utf8')) as { backend: string };
  expect(env.backend).toBe('reference');
  writeFileSync(join(cwd, onlyRun(cwd), 'env.json'), JSON.stringify({ ...env, backend: 'abacus' }));
  const { code, stderr } = await runCli(['resume', onlyRun(cwd)], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^rdml resume: expected --backend to be one of reference, wasm, gpu, webgpu; got abacus/,
  );
});
