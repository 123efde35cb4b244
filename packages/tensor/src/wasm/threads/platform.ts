import type { Thread } from './pool.js';
import type { Shared } from './worker-loop.js';

/*
 * What is used of workers, in Node and on the web, neither of which the packages have types of.
 */

/** A URL. */
export interface Address {
  readonly href: string;
}

interface NodeWorker extends Thread {
  unref(): void;
  on(event: 'error', listener: (error: unknown) => void): void;
}

interface NodeThreads {
  readonly Worker: new (file: Address, options: { readonly workerData: Shared }) => NodeWorker;
  readonly isMainThread: boolean;
  readonly workerData: unknown;
}

interface WebWorker extends Thread {
  postMessage(message: Shared): void;
}

interface Platform {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly crossOriginIsolated?: boolean;
  readonly Worker?: new (file: Address, options: { readonly type: 'module' }) => WebWorker;
  onmessage?: ((event: { readonly data: Shared }) => void) | null;
}

const platform = globalThis as unknown as Platform;

/** `node:worker_threads`, where there is that, without a module that others would fail to find. */
function nodeThreads(): NodeThreads | undefined {
  return platform.process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined;
}

/** How many threads the machine runs at once. */
export function processors(): number {
  const os = platform.process?.getBuiltinModule?.('node:os') as
    | { availableParallelism(): number }
    | undefined;
  return os?.availableParallelism() ?? platform.navigator?.hardwareConcurrency ?? 1;
}

/** Whether there are workers, and memory that they share. */
export function canShare(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  return (
    nodeThreads() !== undefined || (platform.Worker !== undefined && platform.crossOriginIsolated === true)
  );
}

/** Starts a worker that does not keep the process alive. One that fails to start helps nobody, and harms nobody. */
export function startWorker(file: Address, shared: Shared): Thread {
  const node = nodeThreads();
  if (node !== undefined) {
    const worker = new node.Worker(file, { workerData: shared });
    worker.unref();
    worker.on('error', () => undefined);
    return worker;
  }
  const worker = new (platform.Worker as NonNullable<Platform['Worker']>)(file, { type: 'module' });
  worker.postMessage(shared);
  return worker;
}

/** In a worker: calls `f` with what `startWorker` was given. */
export function whenStarted(f: (shared: Shared) => void): void {
  const node = nodeThreads();
  if (node !== undefined) {
    if (!node.isMainThread) f(node.workerData as Shared);
    return;
  }
  platform.onmessage = ({ data }) => f(data);
}
