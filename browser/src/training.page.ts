import { loadDigits } from '@renyi/nn/digits';
import { epochs, Training, type TrainingOverrides } from '@renyi/rdml';
import { type Backend, memory, setDefaultBackend, wasmBackend } from '@renyi/tensor';
import { type GpuBackend, gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import { accuracies, learn, newCohort } from './mutual-learning.js';

const digits = await loadDigits();

/** Trains an MLP and a small CNN with each other for `steps` steps on a backend. */
async function train(backend: Backend, steps: number) {
  setDefaultBackend(backend);
  const cohort = newCohort(true);
  const bytes = (): number => memory().backends[backend.name]?.bytes ?? 0;
  let before = 0;
  for (let step = 0; step < steps; step++) {
    await learn(cohort, digits, step);
    if (step === 9) before = bytes();
  }
  return { accuracies: await accuracies(cohort, digits), growth: bytes() - before };
}

/** A whole run of the trainer on a backend: the loss of the first student in each epoch, and what the ensemble got right in the end. */
async function run(backend: Backend, config: TrainingOverrides) {
  setDefaultBackend(backend);
  const training = new Training(config, digits);
  const losses: number[] = [];
  for await (const { students } of epochs(training)) losses.push(students[0]?.loss ?? Number.NaN);
  return { losses, accuracy: training.history.at(-1)?.validation.ensemble.accuracy };
}

async function onBoth<R>(mode: GpuMode, f: (backend: Backend) => Promise<R>) {
  const gpu: GpuBackend = await gpuBackend({ mode });
  const ours = await f(gpu);
  const { device, counts } = gpu;
  await gpu.destroy();
  return { device, counts, gpu: ours, wasm: await f(wasmBackend) };
}

/** What the tests ask of the page. */
export const api = {
  /** A cohort on the device and, with the same numbers, on wasm. */
  train: (mode: GpuMode, steps: number) => onBoth(mode, (backend) => train(backend, steps)),
  /** The trainer on the device and on wasm. */
  run: (mode: GpuMode, config: TrainingOverrides) => onBoth(mode, (backend) => run(backend, config)),
};

Object.assign(globalThis, { api });
