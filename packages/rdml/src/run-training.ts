import type { Training } from './training.js';
import type { EpochReport, TrainingEvent, TrainingResult } from './training-events.js';

/** As much of an AbortSignal as is needed, so that no environment's types are. */
export interface StopSignal {
  /** Throws the reason once it is aborted. */
  throwIfAborted(): void;
}

export interface RunOptions {
  /** When it is aborted, the run stops after the step that it is at, and throws the signal's reason. */
  readonly signal?: StopSignal;
  /** Called after each step. */
  readonly onStep?: (event: Extract<TrainingEvent, { kind: 'step' }>) => void;
  /** Called after each epoch. */
  readonly onEpoch?: (report: EpochReport) => void;
  /** For how many ms at most the run keeps the thread before it lets others have a turn; 50 by default. */
  readonly turn?: number;
}

/**
 * Trains epoch by epoch, giving the thread back now and then, so that a page stays alive and a signal is heard:
 *
 *     for await (const report of epochs(training, { signal })) draw(report);
 *
 * It goes on from where the training is; stopped in any way, whose state is whole, and it can go on again.
 * @throws what the signal was aborted with
 * @throws DivergedError as `Training.run` does
 *
 * @example
 * import { loadDigits } from '@renyi/nn/digits';
 * import { epochs, Training } from '@renyi/rdml';
 * const training = new Training({ epochs: 2, hidden: [16] }, await loadDigits());
 * for await (const { epoch, validation } of epochs(training)) console.log(epoch, validation.students.length);
 * // => 1 2
 * // => 2 2
 */
export async function* epochs(
  training: Training,
  options: RunOptions = {},
): AsyncGenerator<EpochReport, TrainingResult, undefined> {
  const { signal, onStep, onEpoch, turn = 50 } = options;
  // Where a read waits for a device, it may as well wait without keeping the thread.
  const run = training.backend.isRemote === true ? training.runAsync() : training.run();
  let lastTurn = now();
  for (;;) {
    signal?.throwIfAborted();
    const answer = run.next();
    const next = answer instanceof Promise ? await answer : answer;
    if (next.done === true) return next.value;
    if (next.value.kind === 'step') onStep?.(next.value);
    else {
      onEpoch?.(next.value.report);
      yield next.value.report;
    }
    if (now() - lastTurn < turn) continue;
    await nextTurn();
    lastTurn = now();
  }
}

/**
 * Trains to the end, as `epochs` does.
 *
 * @example
 * import { loadDigits } from '@renyi/nn/digits';
 * import { runToEnd, Training } from '@renyi/rdml';
 * const training = new Training({ epochs: 3, hidden: [32] }, await loadDigits());
 * const { test } = await runToEnd(training, { onEpoch: ({ epoch }) => console.log(epoch) });
 * console.log(test.ensemble.accuracy > 0.8);
 * // => 1
 * // => 2
 * // => 3
 * // => true
 */
export async function runToEnd(training: Training, options: RunOptions = {}): Promise<TrainingResult> {
  const iterator = epochs(training, options);
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return next.value;
  }
}

function now(): number {
  return performance.now();
}

/** After whatever else waits for the thread: a promise alone would not let events through. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
