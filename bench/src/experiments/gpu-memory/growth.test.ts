import { fileURLToPath } from 'node:url';
import { setDefaultBackend, wasmBackend } from '@renyi/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { chromiumPath } from '../../browser/headless.js';
import { type Followed, followHere, followInChromium, type Run } from './follow.js';
import { growth } from './growth.js';

afterAll(() => setDefaultBackend(wasmBackend));

const flat = Array.from(
  { length: 8 },
  (_, k): Followed => ({
    step: (k + 1) * 10,
    loss: 1,
    lent: 8,
    idle: 100,
    idleBytes: 4000,
    most: 108,
    tensors: 8,
    bytes: 9680,
    compiled: 44,
    uploads: k * 20,
    readbacks: k * 10,
    processes: { node: 2 ** 27 },
  }),
);

const runOf = (change: (sample: Followed, k: number) => Partial<Followed>): Run => ({
  where: 'nowhere',
  samples: flat.map((sample, k) => ({ ...sample, ...change(sample, k) })),
});

test('what grows is named, and what only warms up is not', () => {
  expect(growth(runOf(() => ({})))).toEqual([]);
  expect(growth(runOf((_, k) => (k === 0 ? { lent: 5, compiled: 40 } : {})))).toEqual([]);
  expect(growth(runOf((_, k) => ({ lent: 8 + k })))).toEqual(['lent: 9 at step 20, 10 at step 30']);
  expect(growth(runOf((_, k) => ({ bytes: 9680 + 4 * k })))).toHaveLength(1);
  expect(growth(runOf((_, k) => ({ most: 108 + 20 * k })))).toEqual([
    'most: 228 at step 70, where 208 would do',
  ]);
  expect(growth(runOf((_, k) => ({ most: 108 + 10 * k })))).toEqual([]);
  expect(growth(runOf((_, k) => ({ processes: { node: (10 + k) * 2 ** 20 } })))).toEqual([
    'node: 11.0 MiB in the first quarter, 17.0 MiB in the last',
  ]);
});

test('a heap may take more room, and a process with it, as long as no more of it is in use', () => {
  const mebibyte = 2 ** 20;
  const withHeap = (used: number, total: number, page: number): Partial<Followed> => ({
    heap: { used: used * mebibyte, total: total * mebibyte },
    processes: { page: page * mebibyte, 'GPU process': 100 * mebibyte },
  });
  expect(growth(runOf((_, k) => withHeap(7, 20 + k, 150 + k)))).toEqual([]);
  expect(growth(runOf((_, k) => withHeap(7 + k, 20, 150)))).toEqual([
    'heap in use: 8.0 MiB in the first quarter, 14.0 MiB in the last',
  ]);
  expect(growth(runOf((_, k) => withHeap(7, 20, 150 + 10 * k)))).toEqual([
    'page beside its heap: 140.0 MiB in the first quarter, 200.0 MiB in the last',
  ]);
});

test('nothing grows in mode webasm', async () => {
  const run = await followHere('webasm', { steps: 60, every: 10 });
  expect(growth(run)).toEqual([]);
  const [first, last] = [run.samples[1] as Followed, run.samples.at(-1) as Followed];
  expect(last.uploads - first.uploads).toBe(2 * (last.step - first.step));
  expect(last.readbacks - first.readbacks).toBe(last.step - first.step);
}, 60_000);

describe.skipIf(chromiumPath() === undefined)('in Chromium', () => {
  test.each(['webgl2', 'webgpu'] as const)(
    'nothing grows in mode %s, and what tensors have is what the model needs',
    async (mode) => {
      const [script, folder] = ['page.js', `page-${mode}/`].map((name) =>
        fileURLToPath(new URL(`../../../dist/experiments/gpu-memory/${name}`, import.meta.url)),
      ) as [string, string];
      const run = await followInChromium(mode, { steps: 60, every: 10 }, script, folder);
      expect(growth(run)).toEqual([]);
      // Two layers' weights and biases, and the momentum of each.
      expect(run.samples.map(({ lent }) => lent)).toEqual(run.samples.map(() => 8));
    },
    300_000,
  );
});
