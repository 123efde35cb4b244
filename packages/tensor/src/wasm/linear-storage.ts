import type { Backend } from '../backend.js';
import type { DType, TypedArray } from '../dtype.js';
import type { ArrayStorage } from '../reference/storage.js';
import { bytesPerElement, type LinearMemory, type Resident } from './linear-memory.js';

/**
 * A block of linear memory in the hands of a scope. It is free when all tensors in it are; where one of them outlives the
 * outermost scope, its elements move to a typed array, which is the garbage collector's unless all tensors in it are disposed of, or
 * it becomes a resident.
 */
export class LinearStorage implements ArrayStorage {
  readonly #memory: LinearMemory;
  readonly #dtype: DType;
  readonly #size: number;
  readonly #blockBytes: number;
  #address: number;
  #tensors = 1;
  #array: TypedArray | undefined;
  #residence: Resident | undefined;

  /** Takes over a block that was allocated as `blockBytes` and holds `size` elements. */
  constructor(
    readonly backend: Backend,
    memory: LinearMemory,
    block: { readonly address: number; readonly bytes: number },
    dtype: DType,
    size: number,
  ) {
    this.#memory = memory;
    this.#dtype = dtype;
    this.#size = size;
    this.#address = block.address;
    this.#blockBytes = block.bytes;
    memory.tensors += 1;
  }

  /** Where it lies in linear memory; 0 once it has moved or is free. */
  get address(): number {
    return this.#address;
  }

  get byteLength(): number {
    return this.#size * bytesPerElement[this.#dtype];
  }

  /** A view of the block, anew after the memory has grown. */
  get data(): TypedArray {
    if (this.#address === 0) return this.#array as TypedArray;
    if (this.#array?.buffer !== this.#memory.bytes.buffer) {
      const start = this.#address / bytesPerElement[this.#dtype];
      this.#array = this.#memory.view(this.#dtype).subarray(start, start + this.#size);
    }
    return this.#array;
  }

  retain(): void {
    this.#count(1);
  }

  release(): void {
    this.#count(-1);
    if (this.#tensors > 0) return;
    if (this.#address !== 0) this.#free();
    else if (this.#array !== undefined) this.#memory.recycled.give(this.#dtype, this.#array);
    this.#array = undefined;
  }

  reside(): boolean {
    if (this.#address === 0) return false;
    if (this.#residence !== undefined) return true;
    const residence = { address: this.#address, bytes: this.#blockBytes, tensors: this.#tensors };
    if (!this.#memory.reside(this, residence)) return false;
    this.#residence = residence;
    return true;
  }

  settle(): void {
    if (this.#address === 0 || this.#residence !== undefined) return;
    this.#array = this.#memory.recycled.copyOf(this.#dtype, this.data);
    this.#memory.tensors -= this.#tensors;
    this.#free();
  }

  #count(change: 1 | -1): void {
    this.#tensors += change;
    if (this.#address !== 0) this.#memory.tensors += change;
    if (this.#residence !== undefined) this.#residence.tensors += change;
  }

  #free(): void {
    if (this.#residence !== undefined) this.#memory.leave(this, this.#residence);
    this.#memory.free(this.#address, this.#blockBytes);
    this.#address = 0;
  }
}
