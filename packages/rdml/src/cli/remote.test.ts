import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Backend, referenceBackend, setDefaultBackend, wasmBackend } from '@renyi/tensor';
import { afterEach, expect, test } from 'vitest';
import { remoteBackend } from '../remote-backend.testing.js';
import { writeMadeUp } from './data/made-up-files/write.js';
import { evaluateCommand } from './eval.js';
import { InterruptedError } from './exit-codes.js';
import { predict } from './predict.js';
import { resume } from './resume.js';
import { temporaryFolder } from './testing/run-cli.js';
import { type Surroundings, train } from './train.js';

afterEach(() => setDefaultBackend(wasmBackend));

const output = { json: true, quiet: false, color: false };
const noData = { file: undefined, label: undefined };
const flags = new Map([
  ['epochs', '3'],
  ['hidden', '4'],
  ['batchSize', '256'],
] as const);

/** Surroundings that keep what is printed, and stop after an epoch. */
function surroundings(stopAfter?: number): { around: Surroundings; printed: () => string } {
  const controller = new AbortController();
  let printed = '';
  const stdout = { write: (text: string) => (printed += text) };
  const onLine = (line: string): void => {
    if (stopAfter !== undefined && line.startsWith(`epoch ${stopAfter}/`))
      controller.abort(new InterruptedError('SIGINT'));
  };
  const around: Surroundings = {
    version: '0',
    words: [],
    pageAssets: () => ({ script: '', style: '', license: '' }),
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: { write: onLine } as unknown as NodeJS.WriteStream,
    stop: controller.signal,
    stand: () => {},
  };
  return { around, printed: () => printed };
}

const onlyRun = (out: string): string => join(out, readdirSync(out)[0] as string);

async function trainIn(out: string, stopAfter?: number): Promise<void> {
  const settings = { preset: undefined, isSmoke: false, file: undefined, flags, switches: {} };
  const options = { ...output, settings, data: noData, out, name: 'run', printConfig: false };
  await train(options, surroundings(stopAfter).around);
}

/** What `rdml eval` and `rdml predict` print about a run. */
async function scoresAndPredictions(folder: string): Promise<string[]> {
  const { around, printed } = surroundings();
  await evaluateCommand(folder, { ...output, weights: 'best', data: noData }, around);
  const other = surroundings();
  const data = join(temporaryFolder(), 'rows.csv');
  const rows = Array.from({ length: 3 }, (_, i) => Array.from({ length: 64 }, (_, j) => (i * j) % 2));
  writeFileSync(data, `${rows.map((row) => row.join(',')).join('\n')}\n`);
  await predict(folder, { ...output, weights: 'last', data, out: undefined }, other.around);
  return [printed(), other.printed()];
}

test('made-up data are the same wherever tensors live', async () => {
  const made = async (backend: Backend): Promise<string[]> => {
    setDefaultBackend(backend);
    const folder = temporaryFolder();
    await writeMadeUp('yelp', folder);
    await writeMadeUp('cifar-10', folder);
    const names = readdirSync(folder).toSorted();
    expect(names).toHaveLength(3);
    return names.map((name) => readFileSync(join(folder, name), 'base64'));
  };
  const { backend } = remoteBackend({ hasFloat64: false });
  expect(await made(backend)).toEqual(await made(referenceBackend));
});

test('a run on a backend that answers later stops, goes on, is evaluated and predicts, with the bits of one that answers at once', async () => {
  setDefaultBackend(referenceBackend);
  const near = temporaryFolder();
  await trainIn(near);
  const expected = await scoresAndPredictions(onlyRun(near));

  setDefaultBackend(remoteBackend({ hasFloat64: false }).backend);
  const far = temporaryFolder();
  await expect(trainIn(far, 2)).rejects.toThrow(/interrupted by SIGINT .*Go on with: rdml resume/);
  await resume(onlyRun(far), output, surroundings().around);
  expect(await scoresAndPredictions(onlyRun(far))).toEqual(expected);
  for (const k of [0, 1]) {
    const weights = [near, far].map((out) => readFileSync(join(onlyRun(out), `student-${k}.safetensors`)));
    expect(weights[1]?.equals(weights[0] as Buffer)).toBe(true);
  }
});
