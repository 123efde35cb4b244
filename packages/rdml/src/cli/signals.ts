import { InterruptedError, signalExitCodes, type StopSignal } from './exit-codes.js';

/**
 * Turns signals into an AbortSignal whose reason is an InterruptedError, so that the run ends where it can save.
 * A second signal leaves at once.
 * @param leave called on the second signal; ends the process
 */
export function listenForStop(
  leave: (exitCode: number) => void,
  emitter: { on(signal: StopSignal, listener: () => void): unknown } = process,
): AbortSignal {
  const controller = new AbortController();
  for (const signal of Object.keys(signalExitCodes) as StopSignal[]) {
    emitter.on(signal, () => {
      if (controller.signal.aborted) leave(signalExitCodes[signal]);
      else controller.abort(new InterruptedError(signal));
    });
  }
  return controller.signal;
}
