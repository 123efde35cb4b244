import { type Backend, Generator, matmul, type Tensor, tanh, tensor, wasmBackend } from '@renyi/tensor';
import { type ThreadedBackend, threadedBackend } from '@renyi/tensor/threads';

/** What is used of the page: the tests are checked with Node's types. */
const page = globalThis as unknown as {
  readonly crossOriginIsolated: boolean;
  readonly location: { readonly href: string };
};

let threaded: ThreadedBackend | undefined;

/** A product that threads share, and a function of its elements. */
function compute(backend: Backend): ArrayLike<number> {
  const generator = new Generator(1);
  const matrix = (): Tensor =>
    tensor(generator.uniform([300, 300], { low: -1, high: 1 }).dataSync(), { shape: [300, 300], backend });
  return tanh(matmul(matrix(), matrix())).dataSync();
}

/** What the tests ask of the page. */
export const api = {
  /** Whether it may share memory with workers. */
  isIsolated: (): boolean => page.crossOriginIsolated,
  /** Starts the workers: they arrive when the page has answered. */
  start: (threads: number): void => {
    threaded = threadedBackend({ threads, worker: new URL('/worker.js', page.location.href) });
  },
  /** Computes the same on one thread and on several: in how many elements they differ, and how often workers have helped so far. */
  compare: (): { differing: number; helped: number } => {
    const backend = threaded as ThreadedBackend;
    const [ours, theirs] = [compute(backend), compute(wasmBackend)];
    const differing = Array.from(ours).filter((x, i) => !Object.is(x, theirs[i])).length;
    return { differing, helped: backend.helped };
  },
  /** Ends the workers. */
  close: (): void => {
    threaded?.close();
  },
};

Object.assign(globalThis, { api });
