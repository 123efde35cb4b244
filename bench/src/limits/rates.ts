import { flopsOfTurn, type MultiplyAdd, multiplyAddKernel } from './multiply-add.js';

/** What is done to find a limit. */
export type Work =
  | ({ readonly kind: 'multiply-add' } & MultiplyAdd)
  /** Copies one array to another; `bytes` are what that reads and writes together. */
  | { readonly kind: 'copy'; readonly bytes: number };

/** How long it is looked at. */
export interface Windows {
  readonly count: number;
  readonly milliseconds: number;
}

export const windows: Windows = { count: 5, milliseconds: 40 };
export const mebibyte: number = 2 ** 20;
/** What a copy moves: in the first-level cache, in the second, about as much as the usual tasks, and between. */
export const cachedCopies: readonly number[] = [2 ** 15, 2 ** 18, 2 ** 21, 12 * mebibyte];

/** A run of the kernel, of some 50 microseconds. */
const turns = 10_000;
const leastRuns = 2;

/** @returns something to be run many times, which returns how much it did: floating-point operations, or bytes */
export function prepareWork(work: Work): () => number {
  if (work.kind === 'multiply-add') {
    const kernel = multiplyAddKernel(work);
    return () => {
      if (!Number.isFinite(kernel(turns))) throw new Error('the multiply-add kernel left the finite numbers');
      return turns * flopsOfTurn(work);
    };
  }
  const [from, to] = [new Float64Array(work.bytes / 16).fill(1), new Float64Array(work.bytes / 16).fill(2)];
  return () => {
    to.set(from);
    return work.bytes;
  };
}

/** How much is done in a nanosecond (GFLOP/s, GB/s), in each of the windows, after one to warm up. */
export function ratesOf(run: () => number, { count, milliseconds }: Windows): number[] {
  const window = (): number => {
    const start = performance.now();
    let done = 0;
    for (let runs = 0; runs < leastRuns || performance.now() - start < milliseconds; runs++) done += run();
    return done / (performance.now() - start) / 1e6;
  };
  window();
  return Array.from({ length: count }, window);
}
