import { loadDigits } from '@renyi/nn/digits';
import type { StudentStep } from '@renyi/rdml';
import { type Backend, type PrimitiveName, setDefaultBackend, wasmBackend } from '@renyi/tensor';
import { gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import { describe, expect, it } from 'vitest';
import { checkKernelLater } from '../../../packages/tensor/src/conformance.testing.js';
import { deviationsAtSpecialValues } from '../../../packages/tensor/src/special-values.testing.js';
import { gpuBounds, tiledPrimitives } from '../../../packages/tensor/src/gpu/bounds.testing.js';
import { deviationsOfLarge } from '../../../packages/tensor/src/gpu/large.testing.js';
import { accuracies, learn, newCohort } from '../mutual-learning.js';
import { libraryOf } from './library.js';

const mode = (process.env['RENYI_GPU_MODE'] ?? 'webgpu') as GpuMode;
const strict = process.env['RENYI_GPU_STRICT'] !== undefined;
const library = await libraryOf(mode);
const gpu = await gpuBackend({ mode, strict, library });
const { renderer, kernelClass, isHardware } = gpu.device;

describe(`mode ${mode} in Node, ${kernelClass} on ${renderer}${isHardware ? '' : ', which is software'}`, () => {
  it.each(Object.keys(gpu.kernels) as PrimitiveName[])(
    'a kernel agrees with the naive definition: %s',
    async (name) => {
      await checkKernelLater(gpu, name, { ...gpuBounds(name), runs: 10 });
    },
  );

  it.each(tiledPrimitives)('one that computes in tiles does, too: %s', async (name) => {
    const tiled = await gpuBackend({ mode, strict, library, smallestTiled: 0 });
    await checkKernelLater(tiled, name, { ...gpuBounds(name), runs: 10 });
  });

  it('large products and convolutions agree with the reference', async () => {
    expect(await deviationsOfLarge(gpu)).toEqual([]);
  });

  it('knows NaN, the infinities and both zeros', async () => {
    expect(await deviationsAtSpecialValues(gpu)).toEqual([]);
  });

  it('an MLP and a small CNN learn from each other as on the wasm backend', async () => {
    const digits = await loadDigits();
    const trained = async (
      backend: Backend,
    ): Promise<{ steps: StudentStep[][]; right: readonly number[] }> => {
      setDefaultBackend(backend);
      const cohort = newCohort(true);
      const steps: StudentStep[][] = [];
      for (let step = 0; step < 50; step++) steps.push(await learn(cohort, digits, step));
      return { steps, right: await accuracies(cohort, digits) };
    };
    const [ours, theirs] = [await trained(gpu), await trained(wasmBackend)];
    for (const [k, accuracy] of ours.right.entries()) {
      expect(accuracy).toBeGreaterThan(0.6);
      expect(Math.abs(accuracy - theirs.right[k]!)).toBeLessThanOrEqual(0.02);
    }
    expect(Math.abs(ours.steps[0]![0]!.loss - theirs.steps[0]![0]!.loss)).toBeLessThan(2 ** -16);
  });

  it('keeps as many textures or buffers however long it trains, but for what the garbage collector has yet to find', async () => {
    const digits = await loadDigits();
    setDefaultBackend(gpu);
    const cohort = newCohort(false);
    const totals: number[] = [];
    for (let step = 0; step < 100; step++) {
      await learn(cohort, digits, step);
      const { lent, idle } = gpu.pool;
      totals.push(lent + idle);
    }
    // A step leaves the old weights and momenta to the collector: 2 students with 4 of each.
    expect(totals.at(-1)! - totals[9]!).toBeLessThanOrEqual(90 * 16);
  });
});
