import { expect, test } from 'vitest';
import type { Group } from '../contender.js';
import { measure } from '../measure.js';
import { type Opened, phasesOf } from '../phases.js';
import { gpu } from './gpu.js';

const options = { sizes: [8], backends: new Map(), peers: new Map() };

test('each phase of a product has its time, and another result than the expected shows', async () => {
  const names: string[] = [];
  for await (const group of gpu.groups(options)) {
    const results = await measure(group, { seconds: 0 });
    expect(
      results.map(({ contender, status }) => [contender, status]),
      group.name,
    ).toEqual([
      ['renyi gpu, webasm', 'ok'],
      ['gpu.js, webasm', 'ok'],
      ['renyi wasm', 'ok'],
    ]);
    const [first] = group.contenders;
    const planted = { ...group, contenders: [{ ...first!, expected: [new Float32Array(64).fill(1)] }] };
    expect((await measure(planted, { seconds: 0 }))[0]?.status).toBe('wrong');
    names.push(group.name.replace(/^.*: /, ''));
    if (names.length === 4) break;
  }
  expect(names).toEqual([
    'the first call, which compiles',
    'upload of both operands',
    'run',
    'readback of the result',
  ]);
});

test('a chain, a convolution and a training step follow, which raw gpu.js does not offer', async () => {
  const runs: Group[] = [];
  for await (const group of gpu.groups(options)) if (group.name.endsWith(': run')) runs.push(group);
  expect(runs.map(({ name }) => name.replace(/: run$/, ''))).toEqual([
    '8 x 8 times 8 x 8',
    'relu(x y + x) of 262,144',
    '[16, 16, 14, 14] with [32, 16, 3, 3]',
    'a training step, MLP 784-256-128-10, batch 128',
  ]);
  const step = await measure(runs[3] as Group, { seconds: 0 });
  expect(step.map(({ status }) => status)).toEqual(['ok', 'not-offered', 'ok']);
  // No two operands are of one size here: a kernel of gpu.js that has met one cannot take the other.
  const images = await measure(runs[2] as Group, { seconds: 0 });
  expect(images.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
}, 60_000);

test('every sample has a device of its own, whose kernel is compiled by the first call', async () => {
  const log: string[] = [];
  const open = (): Promise<Opened> =>
    Promise.resolve({
      upload: () => Promise.resolve(void log.push('upload')),
      run: () => void (log.at(-1) === 'run' || log.push('run')),
      finished: () => Promise.resolve(void log.push('finished')),
      read: () => Promise.resolve([[1]]),
      close: () => Promise.resolve(void log.push('close')),
    });
  const phases = await phasesOf(open, 2);
  expect(log.slice(0, 4)).toEqual(['upload', 'upload', 'run', 'finished']);
  expect(log.filter((step) => step === 'close')).toHaveLength(2);
  expect(phases.values).toEqual([[1]]);
  expect([phases.first, phases.upload, phases.run, phases.readback].map(({ length }) => length)).toEqual([
    2, 2, 2, 2,
  ]);
});
