import v8 from 'node:v8';
import vm from 'node:vm';
import { loadDigits } from '@renyi/nn/digits';
import type { StudentStep } from '@renyi/rdml';
import { type Backend, memory, setDefaultBackend, wasmBackend } from '@renyi/tensor';
import { gpuBackend } from '@renyi/tensor/gpu';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openPage, type OpenPage } from './chromium.js';
import { learn, newCohort } from './mutual-learning.js';
import type { api } from './training.page.js';

type Api = typeof api;

const digits = await loadDigits();

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

afterEach(() => setDefaultBackend(wasmBackend));

describe.each([
  ['two MLPs', false],
  ['an MLP and a small CNN', true],
])('mutual learning of %s on the gpu backend', (_, withCnn) => {
  it('follows the wasm backend', async () => {
    const trained = async (backend: Backend): Promise<StudentStep[][]> => {
      setDefaultBackend(backend);
      const cohort = newCohort(withCnn);
      const steps: StudentStep[][] = [];
      for (let step = 0; step < 20; step++) steps.push(await learn(cohort, digits, step));
      return steps;
    };
    const [ours, theirs] = [await trained(await gpuBackend({ mode: 'webasm' })), await trained(wasmBackend)];
    for (const [step, students] of ours.entries()) {
      // Rounding errors of 2^-24 grow by about a fifth with each step of this size: 2^-24 * 1.2^20 < 2^-18.
      for (const [k, { loss }] of students.entries())
        expect(Math.abs(loss - theirs[step]![k]!.loss)).toBeLessThan(2 ** -16);
    }
  });

  it('stays on the device: a step brings the batch there, and back what it was, all at once', async () => {
    const gpu = await gpuBackend({ mode: 'webasm' });
    setDefaultBackend(gpu);
    const cohort = newCohort(withCnn);
    // The first step has no momentum yet, and the second is the first with all kernels.
    for (const step of [0, 1]) await learn(cohort, digits, step);
    const before = gpu.counts;
    const held = memory().backends['gpu'];
    for (let step = 2; step < 7; step++) await learn(cohort, digits, step);
    const after = gpu.counts;
    expect(after.uploads - before.uploads).toBe(10);
    expect(after.readbacks - before.readbacks).toBe(5);
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
    const { gpu, wasm, counts } = await open.page.evaluate(
      (m) => (globalThis as unknown as { api: Api }).api.train(m, 50),
      mode,
    );
    gpu.accuracies.forEach((accuracy, k) => {
      expect(accuracy).toBeGreaterThan(0.6);
      expect(Math.abs(accuracy - wasm.accuracies[k]!)).toBeLessThanOrEqual(0.02);
    });
    expect(gpu.growth).toBeLessThanOrEqual(2 ** 25);
    // One for each step, one for the test, and the first kernel's.
    expect(counts.readbacks).toBe(52);
  });

  it.each(['webgl2', 'webgpu'] as const)('by the trainer in mode %s does, too', async (mode) => {
    const config = {
      epochs: 1,
      hidden: [16],
      batchSize: 128,
      alpha: 1.5,
      maxGradientNorm: 5,
      baseline: false,
    };
    const { gpu, wasm } = await open.page.evaluate(
      ([m, c]) => (globalThis as unknown as { api: Api }).api.run(m, c),
      [mode, config] as const,
    );
    expect(gpu.losses.length).toBe(1);
    for (const [epoch, loss] of gpu.losses.entries())
      expect(Math.abs(loss - wasm.losses[epoch]!)).toBeLessThan(2 ** -10);
    expect(Math.abs(gpu.accuracy! - wasm.accuracy!)).toBeLessThanOrEqual(0.02);
  });
});
