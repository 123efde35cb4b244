import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors } from '@renyi/nn';
import { expect, test } from 'vitest';
import { runCli, temporaryFolder } from './testing/run-cli.js';

/** The only run folder in `cwd`/parent. */
function onlyRun(cwd: string, parent: string): string {
  const [name, ...others] = readdirSync(join(cwd, parent)).filter((entry) => entry !== 'made-up');
  expect(others).toEqual([]);
  return `${parent}/${name}`;
}

const small = ['--smoke', '--no-baseline', '--quiet'];

test('networks are trained before and then tuned on other images, which are scored and predicted', async () => {
  const cwd = temporaryFolder();
  const train = (out: string, words: readonly string[]): ReturnType<typeof runCli> =>
    runCli(['train', '--preset', 'dtd-vit', ...small, '--out', out, ...words], { cwd });
  expect((await train('before', [])).stderr).toBe('');
  const before = onlyRun(cwd, 'before');
  const data = 'before/made-up/made-up-images-binary.tar.gz';
  const { code } = await train('tuned', ['--init', before, '--data', data, '--epochs', '1', '--lr', '1e-9']);
  expect(code).toBe(0);
  const tuned = onlyRun(cwd, 'tuned');
  const weights = (run: string): number[] => {
    const { tensors } = decodeSafetensors(readFileSync(join(cwd, run, 'best.safetensors')));
    return Array.from(tensors['1.conv_proj.weight']?.dataSync() ?? []);
  };
  for (const [i, value] of weights(tuned).entries()) expect(value).toBeCloseTo(weights(before)[i] ?? 9, 5);
  expect(JSON.parse(readFileSync(join(cwd, tuned, 'env.json'), 'utf8'))).toMatchObject({
    data: { init: join(cwd, before), shape: [3, 32, 32] },
  });
  const { stdout: scores } = await runCli(['eval', tuned], { cwd });
  expect(scores).toMatch(/^test part of made-up-images: 5 rows/);
  const { stdout: predictions } = await runCli(['predict', tuned, '--data', data], { cwd });
  expect(predictions.trimEnd().split('\n')).toHaveLength(1 + 5);
  const other = await train('other', [
    '--init',
    before,
    '--data',
    data,
    '--model',
    'vit:patch=8,width=8,depth=1,heads=2',
  ]);
  expect(other).toMatchObject({ code: 2 });
  expect(other.stderr).toMatch(/expected the weights of such a network, the last layer aside; got /);
}, 300_000);

test('texts are learned in two threads as in one, resumed, and predicted line by line', async () => {
  const cwd = temporaryFolder();
  const train = (out: string, words: readonly string[] = []): ReturnType<typeof runCli> =>
    runCli(['train', '--preset', 'agnews-fasttext', ...small, '--out', out, ...words], { cwd });
  expect((await train('one')).code).toBe(0);
  expect((await train('two', ['--threads', '2'])).code).toBe(0);
  const [one, two] = [onlyRun(cwd, 'one'), onlyRun(cwd, 'two')];
  const bytes = (run: string): Buffer => readFileSync(join(cwd, run, 'student-0.safetensors'));
  expect(bytes(two).equals(bytes(one))).toBe(true);
  expect(JSON.parse(readFileSync(join(cwd, two, 'env.json'), 'utf8'))).toMatchObject({
    ...{ backend: 'wasm', threads: 2, data: { dtype: 'int32', classes: 4 } },
  });
  expect((await runCli(['resume', two, '--quiet'], { cwd })).code).toBe(0);
  writeFileSync(join(cwd, 'new.txt'), 'harmel sot\nthe new wisbar\n');
  const { stdout } = await runCli(['predict', two, '--data', 'new.txt'], { cwd });
  expect(stdout).toMatch(/^class,p_1,p_2,p_3,p_4\n[1-4],.+\n[1-4],.+\n$/);
}, 300_000);

test('a run on the gpu backend says what computes, is resumed there, and comes near the one on wasm', async () => {
  const cwd = temporaryFolder();
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5},${i % 2}`);
  writeFileSync(join(cwd, 'data.csv'), rows.join('\n'));
  const words = ['train', '--data', 'data.csv', '--epochs', '2', '--hidden', '3', '--no-baseline'];
  const { code, stderr } = await runCli([...words, '--out', 'gpu', '--backend', 'gpu'], { cwd });
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('backend gpu computes with '),
  });
  await runCli([...words, '--out', 'wasm'], { cwd });
  const [gpu, wasm] = [onlyRun(cwd, 'gpu'), onlyRun(cwd, 'wasm')];
  expect(JSON.parse(readFileSync(join(cwd, gpu, 'env.json'), 'utf8'))).toMatchObject({
    ...{ backend: 'gpu', device: expect.stringMatching(/ by \w+ \(\w+\)$/) },
  });
  const [own, other] = [gpu, wasm].map((run) => {
    const { tensors } = decodeSafetensors(readFileSync(join(cwd, run, 'student-0.safetensors')));
    return Object.values(tensors).flatMap((x) => Array.from(x.dataSync()));
  });
  // Some ten steps of float32 arithmetic in another order.
  for (const [i, value] of (own ?? []).entries()) expect(value).toBeCloseTo(other?.[i] ?? 9, 4);
  expect(await runCli(['resume', gpu, '--quiet'], { cwd })).toMatchObject({ code: 0 });
}, 300_000);
