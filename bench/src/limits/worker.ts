import { parentPort } from 'node:worker_threads';
import { prepareWork, ratesOf, type Windows, type Work } from './rates.js';

/** What a worker is asked for. */
export interface Request {
  readonly work: Work;
  readonly windows: Windows;
  /** One counter: how many workers are ready. They begin when `threads` are. */
  readonly ready: Int32Array;
  readonly threads: number;
}

parentPort?.on('message', ({ work, windows, ready, threads }: Request) => {
  const run = prepareWork(work);
  run();
  if (Atomics.add(ready, 0, 1) === threads - 1) Atomics.notify(ready, 0);
  for (let count = Atomics.load(ready, 0); count < threads; count = Atomics.load(ready, 0))
    Atomics.wait(ready, 0, count, 10);
  parentPort?.postMessage(ratesOf(run, windows));
});
