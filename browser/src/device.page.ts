import { loadDigits } from '@renyi/nn/digits';
import type { StateDict } from '@renyi/nn';
import type { Cohort } from '@renyi/rdml';
import { add, exp, matmul, scope, setDefaultBackend, type Tensor, tensor } from '@renyi/tensor';
import { type GpuBackend, gpuBackend, type GpuMode, type PoolUse } from '@renyi/tensor/gpu';
import { learn, newCohort } from './mutual-learning.js';

/** What of the browser is used here. */
declare const document: { createElement(name: 'canvas'): { getContext(kind: string): GlContext } };
interface GlContext {
  getExtension(name: 'WEBGL_lose_context'): { loseContext(): void };
}
interface GpuAdapter {
  requestDevice(description?: object): Promise<GpuDevice>;
}
interface GpuDevice {
  destroy(): void;
}
interface Gpu {
  requestAdapter(): Promise<GpuAdapter>;
}

const digits = await loadDigits();

/** The devices of WebGPU that were made in this page: gpu.js does not give its own away. */
const devices: GpuDevice[] = [];
const { gpu } = (globalThis as unknown as { navigator: { gpu: Gpu } }).navigator;
const requestAdapter = gpu.requestAdapter.bind(gpu);
gpu.requestAdapter = async () => {
  const adapter = await requestAdapter();
  const requestDevice = adapter.requestDevice.bind(adapter);
  adapter.requestDevice = async (description) => {
    const device = await requestDevice(description);
    devices.push(device);
    return device;
  };
  return adapter;
};

/** A backend with what takes its device away. */
async function mortalBackend(mode: GpuMode): Promise<{ backend: GpuBackend; lose: () => void }> {
  if (mode === 'webgpu') {
    const lose = (): void => {
      for (const device of devices) device.destroy();
    };
    return { backend: await gpuBackend({ mode }), lose };
  }
  const canvas = document.createElement('canvas');
  const context = canvas.getContext(mode);
  const backend = await gpuBackend({ mode, canvas, context });
  return { backend, lose: () => context.getExtension('WEBGL_lose_context').loseContext() };
}

/** What comes of it, in words. */
function outcome(f: () => Promise<unknown>): Promise<string> {
  return f().then(String, (error: unknown) => String(error));
}

const weightsOf = (cohort: Cohort): readonly StateDict[] =>
  cohort.students.map(({ module }) => module.stateDict());

/** The same tensors on the default backend, from copies on this side. */
async function copied(states: readonly StateDict[]): Promise<() => StateDict[]> {
  const entries = states.map((state) => Object.entries(state));
  const copies = await Promise.all(
    entries.map((list) =>
      Promise.all(list.map(async ([name, x]) => [name, x.shape, await x.data()] as const)),
    ),
  );
  return () =>
    copies.map((list) =>
      Object.fromEntries(list.map(([name, shape, data]) => [name, tensor(data, { shape }) as Tensor])),
    );
}

/** What the tests ask of the page. */
export const api = {
  /** As many as one scope has made, and the next ones, too. */
  scopes: async (mode: GpuMode, count: number): Promise<PoolUse[]> => {
    const { backend } = await mortalBackend(mode);
    const x = tensor(Float32Array.from({ length: 4096 }, Math.sin), { shape: [64, 64], backend });
    const uses: PoolUse[] = [];
    for (let k = 0; k < count; k++) {
      const y = scope(() => matmul(exp(x), add(matmul(x, x), k)));
      await y.data();
      y.dispose();
      uses.push(backend.pool);
    }
    await backend.destroy();
    return uses;
  },
  /** Trains, loses the device, and goes on with another one from copies of the weights. */
  lose: async (mode: GpuMode) => {
    const { backend, lose } = await mortalBackend(mode);
    setDefaultBackend(backend);
    const cohort = newCohort(false);
    const uses: PoolUse[] = [];
    for (let step = 0; step < 20; step++) {
      await learn(cohort, digits, step);
      uses.push(backend.pool);
    }
    const weights = await copied(weightsOf(cohort));
    const given = tensor([1, 2, 3]);
    const made = exp(given);
    await made.data();
    lose();
    const results = {
      read: await outcome(() => made.data()),
      step: await outcome(() => learn(cohort, digits, 20)),
      compute: await outcome(async () => add(made, 1).data()),
      given: await outcome(() => given.data()),
    };
    const next = await gpuBackend({ mode });
    setDefaultBackend(next);
    const successor = newCohort(false);
    const states = weights();
    for (const [k, { module }] of successor.students.entries()) module.loadStateDict(states[k] as StateDict);
    const [first] = await learn(successor, digits, 20);
    await next.destroy();
    return { ...results, uses, loss: first?.loss ?? Number.NaN };
  },
};

Object.assign(globalThis, { api });
