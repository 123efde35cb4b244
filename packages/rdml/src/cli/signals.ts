import { signalExitCodes, type StopSignal } from './exit-codes.js';

/** What is done about signals. */
export interface StopHandlers {
  /** The first one: whatever is under way is to end where it can save. */
  readonly ask: (signal: StopSignal) => void;
  /** Another one, or the first was not followed in time: ends the process. */
  readonly leave: (signal: StopSignal) => void;
}

/** How long it may take to save after the first signal, in ms: with what leaving takes, less than two seconds. */
const patience = 1700;

/** Listens to the signals that ask a process to end. @returns to be called when what was asked for is being saved: then it may take its time */
export function listenForStop(
  { ask, leave }: StopHandlers,
  emitter: { on(signal: StopSignal, listener: () => void): unknown } = process,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsked = false;
  for (const signal of Object.keys(signalExitCodes) as StopSignal[]) {
    emitter.on(signal, () => {
      if (isAsked) {
        leave(signal);
        return;
      }
      isAsked = true;
      timer = setTimeout(() => leave(signal), patience);
      timer.unref();
      ask(signal);
    });
  }
  return () => clearTimeout(timer);
}
