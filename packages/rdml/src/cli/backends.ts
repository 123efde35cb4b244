import {
  type Backend,
  ConfigError,
  defaultBackend,
  referenceBackend,
  setDefaultBackend,
  wasmBackend,
  wasmSupport,
} from '@renyi/tensor';
import { type ThreadedBackend, threadedBackend } from '@renyi/tensor/threads';
import type { GpuBackend } from '@renyi/tensor/gpu';
import { parseNumber } from './schedule-text.js';
import { findWebGpu } from './webgpu.js';

/** The backends that a command can be told to use. */
export const backends: Readonly<Record<string, Backend>> = {
  reference: referenceBackend,
  wasm: wasmBackend,
};

/** All names that `--backend` takes: those of the gpu backend, too, which is made when it is asked for. */
const names = [...Object.keys(backends), 'gpu', 'webgpu'];

/** How many threads the wasm backend computes with, in this process or this worker thread. */
let threads = 1;

/** What computes with more than one: made once, since it has workers of its own. */
let threaded: ThreadedBackend | undefined;

export function threadsInUse(): number {
  return threads;
}

/** What the backend in use is called by `--backend`. */
export function backendInUse(): string {
  if (threads > 1) return 'wasm';
  const backend = defaultBackend();
  return 'device' in backend && (backend as GpuBackend).device.mode === 'webgpu' ? 'webgpu' : backend.name;
}

/**
 * From now on the wasm backend computes with so many threads: the bits are the same for any number of them.
 * @throws ConfigError for what is no number of threads, or an engine without threads that share memory
 */
export async function useThreads(text: string): Promise<void> {
  const count = parseNumber(text);
  if (!(Number.isInteger(count) && count >= 1 && count <= 64)) {
    throw new ConfigError('rdml', {
      expected: '--threads to be a whole number from 1 to 64',
      got: text === '' ? 'an empty value' : text.slice(0, 60),
    });
  }
  if (count !== threads) {
    threaded?.close();
    threaded = undefined;
  }
  threads = count;
  await useBackend('wasm');
}

/** What the gpu backend really computes with; null for the other backends. */
export function deviceInUse(): string | null {
  const backend = defaultBackend();
  if (!('device' in backend)) return null;
  const { renderer, mode, kernelClass } = (backend as GpuBackend).device;
  return `${renderer} by ${mode} (${kernelClass})`;
}

/**
 * From now on tensors live there.
 * @throws ConfigError for a name that is none's, or a backend that this engine can't run
 * @throws BackendError for the gpu backend where gpu.js, or for WebGPU what brings it, is not installed
 */
export async function useBackend(name: string): Promise<void> {
  // A device in use is not made anew: tensors do not move between two of them.
  if (name === backendInUse() && !Object.hasOwn(backends, name)) return;
  if (!names.includes(name)) {
    throw new ConfigError('rdml', {
      expected: `--backend to be one of ${names.join(', ')}`,
      got: name.slice(0, 60),
    });
  }
  const backend = backends[name] ?? (await newGpuBackend(name === 'webgpu'));
  const support = wasmSupport();
  if (backend === wasmBackend && !support.available) {
    throw new ConfigError('rdml', {
      expected: 'an engine that runs WebAssembly with SIMD for --backend wasm',
      got: support.reason,
      remedy: 'Leave --backend out, or use --backend reference',
    });
  }
  if (backend !== wasmBackend && threads > 1) {
    throw new ConfigError('rdml', {
      expected: `--backend wasm beside --threads ${threads}`,
      got: name,
      remedy: 'The other backends compute in one thread',
    });
  }
  if (threads > 1) threaded ??= threadedBackend({ threads });
  setDefaultBackend(threaded ?? backend);
}

/** WebGPU where it is asked for; else, in Node, the first of headless GL and WebAssembly on the processor that there is. */
async function newGpuBackend(isWebGpu: boolean): Promise<Backend> {
  const { gpuBackend } = await import('@renyi/tensor/gpu');
  if (!isWebGpu) return gpuBackend();
  await provideWebGpu();
  return gpuBackend({ mode: 'webgpu' });
}

/** gpu.js looks for WebGPU where pages have it. */
async function provideWebGpu(): Promise<void> {
  const { gpu, globals } = await findWebGpu();
  if ((globalThis as { navigator?: { gpu?: unknown } }).navigator?.gpu === gpu) return;
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
}
