import { loadDigits } from '@renyi/nn/digits';
import { memory, wasmBackend } from '@renyi/tensor';
import { gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import { accuracies, mutualLearning } from './mutual-learning.js';

/** What the tests ask of the page. */
export const api = {
  /** Trains an MLP and a small CNN with each other for `steps` steps on the device and, with the same numbers, on wasm. */
  train: async (mode: GpuMode, steps: number) => {
    const digits = await loadDigits();
    const gpu = await gpuBackend({ mode });
    const test = Array.from({ length: 297 }, (_, i) => 1500 + i);
    const [ours, theirs] = [mutualLearning(digits, gpu, true), mutualLearning(digits, wasmBackend, true)];
    let losses = [0, 0];
    let bytes = 0;
    const start = performance.now();
    for (let step = 0; step < steps; step++) {
      const rows = Array.from({ length: 50 }, (_, i) => (step * 50 + i) % 1500);
      const current = ours.step(rows);
      // Reading waits for the device, so that the queue does not grow without end.
      if (step % 10 === 9)
        losses = await Promise.all(current.map(async (x) => (await x.data())[0] as number));
      for (const loss of current) loss.dispose();
      if (step === 9) bytes = memory().backends['gpu']?.bytes ?? 0;
    }
    const counts = gpu.counts;
    const ms = (performance.now() - start) / steps;
    for (let step = 0; step < steps; step++) {
      const rows = Array.from({ length: 50 }, (_, i) => (step * 50 + i) % 1500);
      for (const loss of theirs.step(rows)) loss.dispose();
    }
    const growth = (memory().backends['gpu']?.bytes ?? 0) - bytes;
    const result = {
      device: gpu.device,
      losses,
      counts,
      growth,
      ms,
      gpu: await accuracies(ours, digits, test),
      wasm: await accuracies(theirs, digits, test),
    };
    await gpu.destroy();
    return result;
  },
};

Object.assign(globalThis, { api });
