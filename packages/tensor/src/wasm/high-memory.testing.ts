import { LinearMemory } from './linear-memory.js';

/** Where an address is no longer a positive int32. */
const boundary = 2 ** 31;
const alignment = 64;

/**
 * A memory whose lower half is taken: blocks begin below the address 2^31, lie across it, and go on above. Whenever all blocks are
 * free, the next one begins elsewhere below it. (Pages that nobody touches cost nothing.)
 */
export class HighMemory extends LinearMemory {
  /** Bytes in blocks since all were free. */
  taken = 0;
  readonly #room: number;
  #next = boundary;
  #live = 0;
  #turn = 0;

  /** @param distances how far below 2^31 the first block begins, in turn; multiples of 64 bytes */
  constructor(private readonly distances: readonly number[]) {
    super();
    const half = 2 ** 30;
    super.allocate('test', half);
    const start = super.allocate('test', 1.25 * half);
    this.#room = start + 1.25 * half - boundary;
  }

  override allocate(operation: string, bytes: number): number {
    if (this.#live === 0) {
      this.#next = boundary - (this.distances[this.#turn++ % this.distances.length] as number);
      this.taken = 0;
    }
    const size = Math.ceil(bytes / alignment + 1) * alignment;
    if (this.#next + size > boundary + this.#room) throw new Error(`${operation}: the test takes too much`);
    this.#live += 1;
    this.taken += size;
    this.#next += size;
    // What a kernel leaves out shows as NaN.
    this.bytes.fill(0xff, this.#next - size, this.#next);
    return this.#next - size;
  }

  override free(): void {
    this.#live -= 1;
  }
}
