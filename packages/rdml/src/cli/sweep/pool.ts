import { Worker } from 'node:worker_threads';
import { InterruptedError } from '../exit-codes.js';
import type { Outcome } from './cells.js';
import { JobError } from './job-error.js';
import type { SweepJob } from './plan.js';
import type { Answer, Order, WorkerInit } from './worker.js';

/**
 * Makes runs in parallel threads, each thread one at a time, in the order of the list. Asked to stop, each saves the run
 * that it is at.
 * @param onOutcome called for each run as it ends
 * @throws InterruptedError when asked to stop
 * @throws JobError for the first run that could not be made; those at work are saved
 */
export async function runJobs(
  jobs: readonly SweepJob[],
  threads: number,
  init: WorkerInit,
  stop: AbortSignal,
  onOutcome: (job: SweepJob, outcome: Outcome) => void,
): Promise<void> {
  const queue = [...jobs];
  const faults: unknown[] = [];
  const count = Math.min(threads, jobs.length);
  await Promise.all(Array.from({ length: count }, () => runWorker(queue, init, stop, faults, onOutcome)));
  stop.throwIfAborted();
  if (faults.length > 0) throw faults[0];
}

/** One thread, until the queue is empty or something went wrong in any of them. */
function runWorker(
  queue: SweepJob[],
  init: WorkerInit,
  stop: AbortSignal,
  faults: unknown[],
  onOutcome: (job: SweepJob, outcome: Outcome) => void,
): Promise<void> {
  return new Promise((resolve) => {
    // In the built command this module and the worker's are one file, which tells the threads apart.
    const worker = new Worker(new URL(import.meta.url), { workerData: init });
    let current: SweepJob | undefined;
    const tell = (order: Order): void => worker.postMessage(order);
    const next = (): void => {
      current = faults.length === 0 && !stop.aborted ? queue.shift() : undefined;
      tell(current === undefined ? { isDone: true } : { job: current });
    };
    const onStop = (): void => {
      const { reason } = stop as { reason: unknown };
      tell({ stop: reason instanceof InterruptedError ? reason.signal : 'SIGTERM' });
    };
    stop.addEventListener('abort', onStop);
    worker.on('message', (answer: Answer) => {
      if ('outcome' in answer) onOutcome(current as SweepJob, answer.outcome);
      else if ('failure' in answer) faults.push(new JobError(answer.failure));
      next();
    });
    worker.on('error', (error) => faults.push(error));
    worker.on('exit', () => {
      stop.removeEventListener('abort', onStop);
      resolve();
    });
    next();
  });
}
