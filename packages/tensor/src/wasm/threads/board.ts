/*
 * The board on which work is posted: int32 in shared memory, which the caller and its workers read and write with atomic
 * instructions alone. One job is posted at a time; it has parts, which whoever is free takes.
 */

/** Most parts of a job: they have 12 bits of the ticket. */
export const mostParts = 4095;

/** Most modules that workers can be told of. */
const mostModules = 2048;

const ticketAt = 0;
const doneAt = 1;
const stopAt = 2;
const sleepersAt = 3;
const moduleCountAt = 4;
const modulesAt = 8;
const statesAt: number = modulesAt + 2 * mostModules;

/** Bytes of a board. */
export const boardBytes: number = 4 * (statesAt + mostParts);

/** What became of a part. */
export const states = { open: 0, done: 1, failed: 2 } as const;

/**
 * The ticket is one word: how many parts are left to take, and in the bits above how many jobs there have been. A part is taken
 * by one compare-and-exchange of the whole word, after which everything else of the job may be read: it cannot end before this part
 * has been reported. Whoever looked at an older ticket fails to exchange it, and takes nothing.
 */
export class Board {
  readonly #words: Int32Array;
  #jobs = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  /** Posts a job of so many parts. All parts of the last one have been reported, or given up. */
  post(parts: number): void {
    const words = this.#words;
    for (let part = 0; part < parts; part++) Atomics.store(words, statesAt + part, states.open);
    Atomics.store(words, doneAt, 0);
    this.#jobs = (this.#jobs + 1) % 2 ** 19;
    Atomics.store(words, ticketAt, this.#jobs * 4096 + parts);
    if (Atomics.load(words, sleepersAt) > 0) Atomics.notify(words, ticketAt);
  }

  /** The ticket as it is now. */
  get ticket(): number {
    return Atomics.load(this.#words, ticketAt);
  }

  /** Takes a part of the job that `ticket` was read from; -1 if none is left, or somebody was faster. */
  take(ticket: number): number {
    if (ticket % 4096 === 0) return -1;
    const found = Atomics.compareExchange(this.#words, ticketAt, ticket, ticket - 1);
    return found === ticket ? (ticket % 4096) - 1 : -1;
  }

  /** Says that a part is done, or that it failed. */
  report(part: number, state: number): void {
    Atomics.store(this.#words, statesAt + part, state);
    Atomics.add(this.#words, doneAt, 1);
  }

  /** How many parts have been reported. */
  get reported(): number {
    return Atomics.load(this.#words, doneAt);
  }

  stateOf(part: number): number {
    return Atomics.load(this.#words, statesAt + part);
  }

  /** Sleeps until another job is posted than the one of this ticket, or the board is closed. Only workers may. */
  sleep(ticket: number): void {
    Atomics.add(this.#words, sleepersAt, 1);
    // Whoever posts after this sees the sleeper; whoever posted before has changed the ticket.
    if (!this.isClosed) Atomics.wait(this.#words, ticketAt, ticket);
    Atomics.sub(this.#words, sleepersAt, 1);
  }

  /** Sends the workers home. */
  close(): void {
    Atomics.store(this.#words, stopAt, 1);
    this.#jobs = (this.#jobs + 1) % 2 ** 19;
    Atomics.store(this.#words, ticketAt, this.#jobs * 4096);
    Atomics.notify(this.#words, ticketAt);
  }

  get isClosed(): boolean {
    return Atomics.load(this.#words, stopAt) === 1;
  }

  /** Tells workers of a module, by where its bytes lie; false if there is no room. */
  publish(start: number, length: number): boolean {
    const count = this.moduleCount;
    if (count === mostModules) return false;
    Atomics.store(this.#words, modulesAt + 2 * count, start);
    Atomics.store(this.#words, modulesAt + 2 * count + 1, length);
    Atomics.store(this.#words, moduleCountAt, count + 1);
    return true;
  }

  get moduleCount(): number {
    return Atomics.load(this.#words, moduleCountAt);
  }

  moduleAt(index: number): { readonly start: number; readonly length: number } {
    return {
      start: Atomics.load(this.#words, modulesAt + 2 * index),
      length: Atomics.load(this.#words, modulesAt + 2 * index + 1),
    };
  }
}
