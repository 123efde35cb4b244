import type { Exports, WasmMemory } from '../engine.js';
import { Board, boardBytes, mostParts, states } from './board.js';
import { atOnce, type Part, perform, Script, type WasmFunction } from './calls.js';
import { functionsOf, type Shared } from './worker-loop.js';

/** A thread that has been started. */
export interface Thread {
  /** Ends it, whatever it is doing. */
  terminate(): unknown;
}

/** Room for the calls of a job, in numbers, and for the bytes of all modules. Pages that are not touched cost nothing. */
const callRoom = 2 ** 18;
const codeRoom = 2 ** 23;

/** How long the caller waits for a part that a worker has taken, before it takes the worker for dead: some milliseconds usually suffice. */
const deadline = 10_000;

/**
 * Workers that help the caller. A job is posted; the caller takes parts of it as the workers do, so that a job never waits for a
 * worker that has not arrived, and is done in any case. The caller waits only for parts that a worker has begun.
 */
export class Pool {
  /** How many threads take part at most, the caller's among them. */
  readonly threads: number;
  readonly #threads: readonly Thread[];
  readonly #board: Board;
  readonly #calls: Float64Array;
  readonly #script: Script;
  readonly #code: Uint8Array;
  readonly #numbers = new Map<WasmFunction, number>();
  readonly #functions: WasmFunction[] = [];
  #codeEnd = 0;
  #isOpen = true;
  #helped = 0;

  /** @param start starts a thread that runs `work` */
  constructor(memory: WasmMemory, workers: number, start: (shared: Shared) => Thread) {
    const shared: Shared = {
      memory,
      board: new SharedArrayBuffer(boardBytes),
      calls: new SharedArrayBuffer(8 * callRoom),
      code: new SharedArrayBuffer(codeRoom),
    };
    this.#board = new Board(shared.board);
    this.#calls = new Float64Array(shared.calls);
    this.#script = new Script(this.#calls, this.#numbers);
    this.#code = new Uint8Array(shared.code);
    this.#threads = Array.from({ length: workers }, () => start(shared));
    this.threads = workers + 1;
  }

  /** How many parts of jobs workers have done so far. */
  get helped(): number {
    return this.#helped;
  }

  /** Makes the functions of a module known to the workers. Where there is no room left, its calls are the caller's alone. */
  publish(bytes: Uint8Array, exports: Exports): void {
    if (this.#codeEnd + bytes.length > codeRoom || !this.#board.publish(this.#codeEnd, bytes.length)) return;
    this.#code.set(bytes, this.#codeEnd);
    this.#codeEnd += bytes.length;
    for (const f of functionsOf(exports)) this.#numbers.set(f, this.#functions.push(f) - 1);
  }

  /** Makes all calls; those of one part in order, and no part may read or write what another one writes. */
  run(parts: readonly Part[]): void {
    if (!this.#isOpen || parts.length > mostParts || !this.#script.write(parts)) {
      for (const part of parts) part(atOnce);
      return;
    }
    const board = this.#board;
    board.post(parts.length);
    let own = 0;
    for (let { ticket } = board; ticket % 4096 > 0; ticket = board.ticket) {
      const part = board.take(ticket);
      if (part < 0) continue;
      own += 1;
      let state: number = states.failed;
      try {
        this.#perform(part);
        state = states.done;
      } catch {
        // It is made again below, when nobody else is at work any more.
      }
      board.report(part, state);
    }
    this.#waitFor(parts.length);
    this.#helped += parts.length - own;
    for (let part = 0; part < parts.length; part++) {
      if (board.stateOf(part) !== states.done) this.#perform(part);
    }
  }

  /** Ends the workers; what is run from now on is the caller's alone. */
  close(): void {
    this.#isOpen = false;
    this.#board.close();
    for (const thread of this.#threads) thread.terminate();
  }

  #perform(part: number): void {
    perform(part, this.#calls, (number) => this.#functions[number] as WasmFunction);
  }

  /** Until all parts have been reported. A worker that reports nothing for seconds has died; then nobody is asked any more. */
  #waitFor(parts: number): void {
    const board = this.#board;
    let end = 0;
    for (let turn = 1; board.reported < parts; turn++) {
      if (turn % 2 ** 16 > 0) continue;
      if (end === 0) end = Date.now() + deadline;
      else if (Date.now() > end) {
        this.#isOpen = false;
        return;
      }
    }
  }
}
