import type { Limits } from './limits.js';
import { kindsOfArithmetic } from './multiply-add.js';
import { cachedCopies, mebibyte, prepareWork, ratesOf, type Windows, windows, type Work } from './rates.js';

/** Beyond the caches of the usual machines; a page is not told of them. */
const largest = 256 * mebibyte;

/** What this thread gives, measured on it: in some seconds, in which it does nothing else. */
export function measureLimitsHere(
  own: Windows = windows,
  copies: readonly number[] = [...cachedCopies, largest],
): Limits {
  const rate = (work: Work): number => Math.max(...ratesOf(prepareWork(work), own));
  const [best] = kindsOfArithmetic()
    .map((kind) => ({ fused: kind.fused, gflops: rate({ kind: 'multiply-add', ...kind }) }))
    .toSorted((a, b) => b.gflops - a.gflops);
  const { fused = false, gflops = 0 } = best ?? {};
  const measured = copies.map((bytes) => ({ bytes, gigabytesPerSecond: rate({ kind: 'copy', bytes }) }));
  return { fused, byThreads: [{ threads: 1, gflops, copies: measured }] };
}
