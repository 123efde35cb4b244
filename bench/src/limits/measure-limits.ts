import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { NotInstalledError } from '../peers/peer.js';
import { sgemmRate } from '../peers/python.js';
import type { Limits, ThreadLimits } from './limits.js';
import { kindsOfArithmetic, type MultiplyAdd } from './multiply-add.js';
import { cachedCopies, mebibyte, windows, type Work } from './rates.js';
import type { Request } from './worker.js';

/** Measures what this machine gives, in some seconds: to one thread, and to two where it has two cores. */
export async function measureLimits(): Promise<Limits> {
  const kinds = kindsOfArithmetic();
  const byThreads: ThreadLimits[] = [];
  let best: MultiplyAdd | undefined;
  for (const threads of os.availableParallelism() > 1 ? [1, 2] : [1]) {
    const workers = Array.from(
      { length: threads },
      () => new Worker(new URL('./worker.js', import.meta.url)),
    );
    try {
      let gflops = 0;
      for (const kind of best === undefined ? kinds : [best]) {
        const rate = await rateOf(workers, { kind: 'multiply-add', ...kind });
        if (rate > gflops) [gflops, best] = [rate, kind];
      }
      const copies = [];
      for (const bytes of [...cachedCopies, beyondCaches()]) {
        // Threads share the work, and the last cache.
        const own = Math.ceil(bytes / threads / 16) * 16;
        copies.push({ bytes, gigabytesPerSecond: await rateOf(workers, { kind: 'copy', bytes: own }) });
      }
      const sgemm = sgemmIfPresent(threads);
      byThreads.push({ threads, gflops, copies, ...(sgemm === undefined ? {} : { sgemm }) });
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  }
  return { fused: best?.fused ?? false, byThreads };
}

/** What all workers do together while all are at it: in the best of the windows, since others only ever take from it. */
async function rateOf(workers: readonly Worker[], work: Work): Promise<number> {
  const ready = new Int32Array(new SharedArrayBuffer(4));
  const request: Request = { work, windows, ready, threads: workers.length };
  const rates = await Promise.all(
    workers.map(
      (worker) =>
        new Promise<number[]>((resolve, reject) => {
          worker.removeAllListeners('error').once('message', resolve).once('error', reject);
          worker.postMessage(request);
        }),
    ),
  );
  const totals = Array.from({ length: windows.count }, (_, i) =>
    rates.reduce((total, own) => total + (own[i] as number), 0),
  );
  return Math.max(...totals);
}

/** Bytes for a copy that no cache holds: twice the last one, from 256 MiB to 1 GiB, and at most a quarter of free memory. */
function beyondCaches(): number {
  const most = Math.min(1024 * mebibyte, os.freemem() / 4);
  return Math.floor(Math.min(most, Math.max(256 * mebibyte, 2 * lastCache())) / mebibyte) * mebibyte;
}

/** Bytes of the last cache, where Linux tells; 0 elsewhere. A virtual machine may share it with others. */
function lastCache(): number {
  const folder = '/sys/devices/system/cpu/cpu0/cache';
  try {
    const sizes = readdirSync(folder)
      .filter((name) => name.startsWith('index'))
      .map((name) => readFileSync(`${folder}/${name}/size`, 'utf8'));
    return Math.max(0, ...sizes.map((size) => Number.parseInt(size, 10) * 1024));
  } catch {
    return 0;
  }
}

function sgemmIfPresent(threads: number): number | undefined {
  try {
    return sgemmRate(threads);
  } catch (error) {
    if (error instanceof NotInstalledError) return undefined;
    throw error;
  }
}
