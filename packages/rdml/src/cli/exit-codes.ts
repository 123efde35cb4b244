import { TensorError } from '@renyi/tensor';
import type { DivergedError } from '../index.js';

export const exitCodes = { ok: 0, failed: 1, usage: 2, diverged: 3 } as const;

/** The signals that end a run early, and the exit codes by which shells know them (128 + number). */
export const signalExitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export type StopSignal = keyof typeof signalExitCodes;

/** What was asked for can't be run: a flag, its value or the data file is wrong, and nothing was started. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(override readonly cause: TensorError) {
    super(cause.message, { cause });
  }
}

/** A signal asked to stop. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor(readonly signal: StopSignal) {
    super(`interrupted by ${signal} before training began; nothing was written`);
  }
}

/** Training ended early, and what there is has been saved: the message says where. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';

  constructor(
    message: string,
    override readonly cause: InterruptedError | DivergedError,
  ) {
    super(message, { cause });
  }
}

/** What was looked for was found, and it is wrong; what was printed says more. */
export class FoundError extends Error {
  override readonly name = 'FoundError';
}

/** Runs the part that precedes the run: whatever it rejects is a usage error. */
export async function preparing<T>(prepare: () => Promise<T>): Promise<T> {
  try {
    return await prepare();
  } catch (error) {
    throw error instanceof TensorError ? new UsageError(error) : error;
  }
}
