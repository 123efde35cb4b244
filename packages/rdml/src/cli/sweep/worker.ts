import { parentPort, workerData } from 'node:worker_threads';
import type { TrainingConfig } from '../../index.js';
import { useBackend, useThreads } from '../backends.js';
import { type DataSource, loadData } from '../data/load.js';
import { InterruptedError, type StopSignal, StoppedError } from '../exit-codes.js';
import { oneLine } from '../one-line.js';
import type { Outcome } from './cells.js';
import { runJob } from './job.js';
import type { SweepJob } from './plan.js';

/** What a worker is started with. */
export interface WorkerInit {
  readonly folder: string;
  readonly version: string;
  /** What all runs share. */
  readonly base: TrainingConfig;
  readonly data: DataSource;
  /** The name of the backend. */
  readonly backend: string;
  /** How many threads each run computes with. */
  readonly threads: number;
}

/** To a worker: a run to make, a signal to stop by, or that there is nothing more. */
export type Order = { readonly job: SweepJob } | { readonly stop: StopSignal } | { readonly isDone: true };

/** From a worker, for each job: what became of it, or why it did not. */
export type Answer =
  | { readonly id: string; readonly outcome: Outcome }
  | { readonly id: string; readonly isStopped: true }
  | { readonly id: string; readonly failure: string };

/** A worker thread of a sweep: makes the runs that it is told to, one after the other. */
export async function serveJobs(): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  const { folder, version, base, data, backend, threads } = workerData as WorkerInit;
  if (threads > 1) await useThreads(String(threads));
  await useBackend(backend);
  const controller = new AbortController();
  const loaded = await loadData(data, base);
  port.on('message', (order: Order) => {
    if ('isDone' in order) port.close();
    else if ('stop' in order) {
      controller.abort(new InterruptedError(order.stop));
      port.close();
    } else {
      const { id } = order.job;
      runJob(order.job, { folder, version, loaded, data, stop: controller.signal }).then(
        (outcome) => port.postMessage({ id, outcome } satisfies Answer),
        (error: unknown) => port.postMessage(answerTo(id, error)),
      );
    }
  });
}

/** Errors lose their classes on the way between threads: what is left is what would be printed. */
function answerTo(id: string, error: unknown): Answer {
  const isStopped = error instanceof StoppedError || error instanceof InterruptedError;
  if (isStopped) return { id, isStopped };
  return { id, failure: oneLine(id, error) };
}
