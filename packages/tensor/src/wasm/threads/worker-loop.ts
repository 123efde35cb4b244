import { type Exports, instantiate, type WasmMemory } from '../engine.js';
import { hostFunctions } from '../host-functions.js';
import { Board, states } from './board.js';
import { perform, type WasmFunction } from './calls.js';

/** What a worker is given when it starts. */
export interface Shared {
  /** The linear memory of the kernels. */
  readonly memory: WasmMemory;
  /** See `board.ts`. */
  readonly board: SharedArrayBuffer;
  /** The calls of the job, see `calls.ts`. */
  readonly calls: SharedArrayBuffer;
  /** The bytes of all modules, one after the other. */
  readonly code: SharedArrayBuffer;
}

/** How often a worker looks for another job before it sleeps, and from then on uses no processor: some tenths of a millisecond. */
const patience = 20_000;

/** The life of a worker: takes parts of jobs until the board is closed. */
export function work({ memory, board: place, calls, code }: Shared): void {
  const board = new Board(place);
  const words = new Float64Array(calls);
  const functions: WasmFunction[] = [];
  let known = 0;
  const functionAt = (number: number): WasmFunction => {
    for (; known < board.moduleCount; known++) {
      const { start, length } = board.moduleAt(known);
      // Copied, since engines compile no shared bytes.
      const bytes = new Uint8Array(length);
      bytes.set(new Uint8Array(code, start, length));
      functions.push(...functionsOf(instantiate(bytes, { memory, ...hostFunctions })));
    }
    return functions[number] as WasmFunction;
  };
  let idle = 0;
  while (!board.isClosed) {
    const { ticket } = board;
    const part = board.take(ticket);
    if (part >= 0) {
      let state: number = states.failed;
      try {
        perform(part, words, functionAt);
        state = states.done;
      } catch {
        // The caller makes these calls again, and has the error.
      }
      board.report(part, state);
      idle = 0;
    } else if (idle++ > patience) {
      if (ticket % 4096 === 0) board.sleep(ticket);
      idle = 0;
    }
  }
}

/** The functions of an instance in the order of its module, which is the same in every thread. */
export function functionsOf(exports: Exports): WasmFunction[] {
  return Object.values(exports);
}
