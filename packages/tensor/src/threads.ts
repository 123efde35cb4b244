/**
 * The wasm backend with threads: workers that share its memory and take part in large kernels.
 * @packageDocumentation
 */
import { BackendError, ConfigError } from './errors.js';
import { countMemoryOf } from './memory/memory.js';
import { WasmBackend } from './wasm/backend.js';
import type { LinearMemoryOptions } from './wasm/linear-memory.js';
import { wasmSupport } from './wasm/support.js';
import { type Address, canShare, processors, startWorker } from './wasm/threads/platform.js';
import { Pool } from './wasm/threads/pool.js';

export interface ThreadsOptions extends Omit<LinearMemoryOptions, 'shared'> {
  /** How many threads compute, the caller's among them; by default as many as the machine has processors, at most 8. */
  readonly threads?: number;
  /** Where the module of the workers is, for who bundles it apart: a file that imports `@renyi/tensor/threads/worker`. */
  readonly worker?: Address;
}

/** Of the platform: the packages see neither Node's types nor the web's. */
declare const URL: new (path: string, base: string) => Address;

/** A wasm backend whose memory threads share. */
export class ThreadedBackend extends WasmBackend {
  /** How many threads compute at most. */
  readonly threads: number;
  readonly #pool: Pool;

  /** @internal Made by `threadedBackend`. */
  constructor(threads: number, worker: Address, options: LinearMemoryOptions) {
    let pool: Pool | undefined;
    super(options, ({ memory }) => {
      pool = new Pool(memory, threads - 1, (shared) => startWorker(worker, shared));
      return pool;
    });
    this.#pool = pool as unknown as Pool;
    this.threads = threads;
  }

  /** How many parts of kernels its workers have computed so far: 0 as long as nobody has come to help. */
  get helped(): number {
    return this.#pool.helped;
  }

  /** Ends its workers. Its tensors stay, and what is computed from now on, one thread computes. */
  close(): void {
    this.#pool.close();
  }
}

/**
 * The wasm backend with threads. Large products, convolutions and elementwise operations on it are shared between the caller and
 * its workers: worker threads in Node, Web Workers in pages that are cross-origin isolated. Each element is computed as by
 * one thread, so results are the same bits for any number of them.
 *
 * Returns at once. The caller never waits for a worker that has not started or is busy: it takes whatever part of the work nobody
 * has begun. Workers sleep when there is nothing to do, and do not keep a process alive.
 * @throws ConfigError unless threads is a whole number from 1 to 64
 * @throws BackendError where there is no WebAssembly with SIMD, no workers, or no memory that they could share
 *
 * @example
 * import { ones, setDefaultBackend } from '@renyi/tensor';
 * import { threadedBackend } from '@renyi/tensor/threads';
 * const backend = threadedBackend({ threads: 2 });
 * setDefaultBackend(backend);
 * console.log(ones([300, 300]).matmul(ones([300, 300])).max().item()); // => 300
 * backend.close();
 */
export function threadedBackend(options: ThreadsOptions = {}): ThreadedBackend {
  const { threads = Math.min(processors(), 8), worker, ...rest } = options;
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > 64) {
    throw new ConfigError('threadedBackend', {
      expected: 'a whole number of threads, from 1 to 64',
      got: String(threads),
    });
  }
  const support = wasmSupport();
  if (!support.available) {
    throw new BackendError('threadedBackend', { expected: 'WebAssembly with SIMD', got: support.reason });
  }
  if (!canShare()) {
    throw new BackendError('threadedBackend', {
      expected: 'workers, and memory that they share',
      got: 'an engine or a page without them',
      remedy:
        'A page needs the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
    });
  }
  const place =
    worker ?? new URL('./wasm/threads/worker.js', (import.meta as { readonly url?: string }).url as string);
  const backend = new ThreadedBackend(threads, place, rest);
  countMemoryOf(backend);
  return backend;
}
