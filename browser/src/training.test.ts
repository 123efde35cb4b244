import v8 from 'node:v8';
import vm from 'node:vm';
import { loadDigits } from '@renyi/nn/digits';
import { memory, wasmBackend } from '@renyi/tensor';
import { gpuBackend } from '@renyi/tensor/gpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openPage, type OpenPage } from './chromium.js';
import { mutualLearning } from './mutual-learning.js';
import type { api } from './training.page.js';

type Api = typeof api;

const digits = await loadDigits();
const rowsOf = (step: number): number[] => Array.from({ length: 50 }, (_, i) => (step * 50 + i) % 1500);

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

describe.each([
  ['two MLPs', false],
  ['an MLP and a small CNN', true],
])('mutual learning of %s on the gpu backend', (_, withCnn) => {
  it('follows the wasm backend', async () => {
    const gpu = await gpuBackend({ mode: 'webasm' });
    const [ours, theirs] = [
      mutualLearning(digits, gpu, withCnn),
      mutualLearning(digits, wasmBackend, withCnn),
    ];
    for (let step = 0; step < 20; step++) {
      const [a, b] = [ours.step(rowsOf(step)), theirs.step(rowsOf(step))].map((losses) =>
        losses.map((x) => x.item()),
      );
      // Rounding errors of 2^-24 grow by about a fifth with each step of this size: 2^-24 * 1.2^20 < 2^-18.
      for (const [k, loss] of a!.entries()) expect(Math.abs(loss - b![k]!)).toBeLessThan(2 ** -16);
    }
  });

  it('stays on the device: a step brings the batch there, and nothing back', async () => {
    const gpu = await gpuBackend({ mode: 'webasm' });
    const learning = mutualLearning(digits, gpu, withCnn);
    // The first step has no momentum yet, and the second is the first with all kernels.
    for (const step of [0, 1]) for (const loss of learning.step(rowsOf(step))) loss.dispose();
    const before = gpu.counts;
    const held = memory().backends['gpu'];
    for (let step = 2; step < 7; step++) for (const loss of learning.step(rowsOf(step))) loss.dispose();
    const after = gpu.counts;
    expect(after.uploads - before.uploads).toBe(10);
    expect(after.readbacks).toBe(before.readbacks);
    expect(after.compiled).toBe(before.compiled);
    // The weights of earlier steps belong to the garbage collector, since somebody may have kept them; it takes its time.
    const bytes = (): number => memory().backends['gpu']?.bytes ?? 0;
    for (let turn = 0; turn < 100 && bytes() > (held?.bytes ?? 0); turn++) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(bytes()).toBeLessThanOrEqual(held?.bytes ?? 0);
  });
});

const path = chromiumPath();

describe.skipIf(path === undefined)('mutual learning in Chromium', () => {
  let open: OpenPage;
  beforeAll(async () => {
    open = await openPage('./training.page.ts', path as string);
  });
  afterAll(() => open.close());

  it.each(['webgl2', 'webgpu'] as const)('in mode %s gets as far as on the wasm backend', async (mode) => {
    const result = await open.page.evaluate(
      (m) => (globalThis as unknown as { api: Api }).api.train(m, 50),
      mode,
    );
    result.gpu.forEach((accuracy, k) => {
      expect(accuracy).toBeGreaterThan(0.6);
      expect(Math.abs(accuracy - result.wasm[k]!)).toBeLessThanOrEqual(0.02);
    });
    expect(result.growth).toBeLessThanOrEqual(2 ** 25);
  });
});
