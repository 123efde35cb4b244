import { BackendError } from '../errors.js';
import type { DeviceHandle, GpuKernel, Handle } from './library.js';
import type { PoolUse } from './pool.js';

/*
 * gpu.js makes a texture or buffer for each result, and each kernel keeps its last one. This has its kernels draw into those of a pool of ours,
 * and hand them back: a kernel keeps none, and what one of them has used serves all.
 */

/** So many bytes may wait for their next use. */
export const idleLimit: number = 2 ** 28;

/** What counts how many handles share it: gpu.js writes `_refs` on textures and buffers. */
export interface Counted {
  _refs?: number;
}

/** How the kernels of one device share what their results lie in. */
export interface Recycler {
  /** To be called before the kernel's first run. In WebGPU its runs fail with a BackendError when the device's memory is full. */
  prepare(operation: string, kernel: GpuKernel): void;
  /** To be called with what each run gives. @throws BackendError when the device's memory is full */
  finish(operation: string, kernel: GpuKernel, result: Handle | Promise<Handle>): Handle | Promise<Handle>;
  /** Brings numbers there, once a first kernel has run. @throws BackendError when the device's memory is full; in WebGPU the promise fails */
  upload(operation: string, values: Float32Array): Handle | Promise<Handle>;
  /** What is in a result. */
  read(handle: DeviceHandle): ArrayLike<number> | Promise<ArrayLike<number>>;
  readonly use: PoolUse;
  /** Frees what waits; what is lent is freed when it comes back. */
  close(): void;
}

/** Where kernels give typed arrays, the garbage collector owns them. */
export const hostRecycler: Recycler = {
  // Four numbers at a time come as arrays of four, in rows, unless WebAssembly is told to leave them as they lie.
  prepare: (_operation, { kernel }) => {
    if (kernel.returnType === 'Array(4)') {
      Object.assign(kernel, { _shapeOutput: (numbers: Float32Array) => numbers });
    }
  },
  finish: (_operation, _kernel, result) =>
    Array.isArray(result) ? flattened(result as ArrayLike<number>[][]) : result,
  upload: (_operation, values) => values,
  read: (handle) => handle.toArray(),
  use: { lent: 0, idle: 0, idleBytes: 0 },
  close: () => undefined,
};

function flattened(rows: readonly (readonly ArrayLike<number>[])[]): Float32Array {
  return Float32Array.from(rows.flatMap((row) => row.flatMap((four) => Array.from(four))));
}

export function outOfMemory(operation: string, got: string): BackendError {
  return new BackendError(operation, {
    expected: 'memory on the device for the result',
    got,
    remedy: 'Free tensors with scope() or dispose(), or take smaller batches',
  });
}
