import type { DType, TypedArray } from '../dtype.js';
import { BackendError } from '../errors.js';
import { createMemory, type WasmMemory } from './engine.js';
import { RecycledArrays } from './recycled-arrays.js';

const pageSize = 65536;
/** Every block starts at a multiple of this: a cache line, and four vectors. */
const alignment = 64;
/** The first bytes are never handed out: address 0 means "nowhere". A vector may be read past the end of the last block. */
const reserved = alignment;

export interface LinearMemoryOptions {
  /** How far it may grow, in bytes; 4 GiB less a page by default, where the addresses of WebAssembly end. */
  readonly maximumBytes?: number;
  /** Whether threads share it. */
  readonly shared?: boolean;
}

/** Less a page, so that the end of a block is an address too. */
const defaultMaximum = 2 ** 32 - pageSize;

/** An engine that refuses even this much has none to give. */
const leastMaximum = 2 ** 24;

/** Kernels count the bytes of an operand in positive int32; only addresses are unsigned. */
const largestBlock = 2 ** 31 - alignment;

/** Beyond so many bytes, what outlives its scope goes to the garbage collector in any case. */
const mostResident = 2 ** 28;

/** A block that no scope will free. */
export interface Resident {
  readonly address: number;
  readonly bytes: number;
  /** How many tensors lie in it. */
  tensors: number;
}

/**
 * The linear memory of the WebAssembly kernels, and its allocator.
 *
 * Sizes are rounded up to classes, four to each power of two (so at most a fifth of a block is padding, and nearly nothing of one of
 * 2^n elements), and a freed block
 * waits in its class's list for the next request: both directions are a few instructions. Blocks are not joined, and split only when the memory is full;
 * once all are free, the memory starts over, which is after each outermost scope unless something resides in it.
 */
export class LinearMemory {
  /** Tensors in storages of scopes, views included; kept by the storages. */
  tensors = 0;
  /** Where what outlives its scope goes. */
  readonly recycled: RecycledArrays = new RecycledArrays();
  readonly isShared: boolean;
  /** Takes back what nobody disposed of before the garbage collector found it. */
  readonly #net = new FinalizationRegistry<Resident>((resident) => this.#evict(resident));
  #residentBytes = 0;
  readonly #wanted: number;
  #maximum: number;
  /** Addresses of free blocks by class. */
  readonly #free: number[][] = [];
  /** Everything from here on has never been used. */
  #top = reserved;
  #capacity = 0;
  #used = 0;
  #blocks = 0;
  #memory: WasmMemory | undefined;
  #float32 = new Float32Array(0);
  #float64 = new Float64Array(0);
  #int32 = new Int32Array(0);
  #bytes = new Uint8Array(0);

  constructor(options: LinearMemoryOptions = {}) {
    const { maximumBytes = defaultMaximum, shared = false } = options;
    this.isShared = shared;
    this.#wanted = Math.min(Math.floor(maximumBytes / pageSize) * pageSize, defaultMaximum);
    this.#maximum = this.#wanted;
  }

  /** The memory itself, made when it is first needed. */
  get memory(): WasmMemory {
    if (this.#memory === undefined) {
      this.#memory = this.#make();
      this.#takeViews();
    }
    return this.#memory;
  }

  /** How far it may grow, in bytes: less than was asked for, if the engine refuses to reserve as much. Makes the memory, to see. */
  get maximumBytes(): number {
    return this.memory === undefined ? 0 : this.#maximum;
  }

  /** The same in pages, as modules that import it must state. */
  get maximumPages(): number {
    return this.maximumBytes / pageSize;
  }

  /** Bytes in blocks that are in use, padding included. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Blocks in use. */
  get usedBlocks(): number {
    return this.#blocks;
  }

  /** Bytes taken from the system; they are never given back. */
  get capacityBytes(): number {
    return this.#capacity;
  }

  // Growth replaces the views: take them anew after whatever may allocate.
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** All of the memory as elements of a dtype. */
  view(dtype: DType): TypedArray {
    switch (dtype) {
      case 'float32':
        return this.#float32;
      case 'float64':
        return this.#float64;
      case 'int32':
        return this.#int32;
      case 'bool':
        return this.#bytes;
    }
  }

  /**
   * The address of a block of at least `bytes` bytes, which holds whatever was there before. At least 16 bytes more
   * can be read past its end.
   * @throws BackendError when the memory cannot grow as far
   */
  allocate(operation: string, bytes: number): number {
    const sizeClass = classOf(bytes);
    const size = sizeOfClass(sizeClass);
    const recycled = this.#free[sizeClass]?.pop();
    const address = recycled ?? this.#carve(operation, bytes, size);
    this.#used += size;
    this.#blocks += 1;
    return address;
  }

  /** Takes back a block that `allocate` gave for the same number of bytes. */
  free(address: number, bytes: number): void {
    const sizeClass = classOf(bytes);
    this.#used -= sizeOfClass(sizeClass);
    this.#blocks -= 1;
    if (this.#blocks === 0) {
      this.#top = reserved;
      for (const list of this.#free) list.length = 0;
      return;
    }
    this.#shelve(address, sizeClass);
  }

  /**
   * Leaves a block to whoever owns it until `leave`, or until nothing refers to the owner any more.
   * @returns whether there is room for it beside others
   */
  reside(owner: object, resident: Resident): boolean {
    if (this.#residentBytes + resident.bytes > mostResident) return false;
    this.#residentBytes += resident.bytes;
    this.#net.register(owner, resident, owner);
    return true;
  }

  /** The owner frees the block itself. */
  leave(owner: object, { bytes }: Resident): void {
    this.#net.unregister(owner);
    this.#residentBytes -= bytes;
  }

  #evict({ address, bytes, tensors }: Resident): void {
    this.#residentBytes -= bytes;
    this.tensors -= tensors;
    this.free(address, bytes);
  }

  /** Some engines (of 32 bits, of phones) refuse to reserve 4 GiB of addresses: half of it, then, or half again. */
  #make(): WasmMemory {
    for (;;) {
      try {
        return createMemory(0, this.#maximum / pageSize, this.isShared);
      } catch (error) {
        const half = Math.ceil(this.#maximum / 2 / pageSize) * pageSize;
        if (half < leastMaximum) throw error;
        this.#maximum = half;
      }
    }
  }

  #shelve(address: number, sizeClass: number): void {
    const list = this.#free[sizeClass];
    if (list === undefined) {
      while (this.#free.length < sizeClass) this.#free.push([]);
      this.#free[sizeClass] = [address];
    } else {
      list.push(address);
    }
  }

  #carve(operation: string, bytes: number, size: number): number {
    const address = this.#top;
    const difference = this.#refusal(bytes, address + size + reserved);
    if (difference === undefined) {
      this.#top += size;
      return address;
    }
    const part = this.#cut(size);
    if (part !== undefined) return part;
    throw new BackendError(operation, {
      expected: `${bytes} bytes of linear memory`,
      got: `${this.#used} of at most ${this.#maximum} bytes in use`,
      difference,
      remedy: 'Make smaller steps, or scopes around parts of them: what a scope made is freed where it ends',
    });
  }

  /** The beginning of a larger block that is free, the rest of which goes to other classes. Only for want of anything else. */
  #cut(size: number): number | undefined {
    for (let larger = classOf(size) + 1; larger < this.#free.length; larger++) {
      const address = this.#free[larger]?.pop();
      if (address === undefined) continue;
      const end = address + sizeOfClass(larger);
      for (let at = address + size; at < end; ) {
        let part = classOf(end - at);
        if (sizeOfClass(part) > end - at) part -= 1;
        this.#shelve(at, part);
        at += sizeOfClass(part);
      }
      return address;
    }
    return undefined;
  }

  /**
   * Why the memory does not reach as far as `end`; undefined if it does. It grows by half of what there is, at least 1 MiB; if the system
   * does not grant that, or it is not enough, as far as needed.
   */
  #refusal(bytes: number, end: number): string | undefined {
    if (bytes > largestBlock) return 'a block is less than 2 GiB';
    if (end <= this.#capacity) return undefined;
    const maximum = this.maximumBytes;
    if (end > maximum) {
      return maximum < this.#wanted ? 'it is full, and the engine reserves no more' : 'it is full';
    }
    const wanted = Math.min(Math.max(this.#capacity * 1.5, 16 * pageSize), maximum);
    if (!(wanted > end && this.#growTo(wanted)) && !this.#growTo(end)) return 'the system grants no more';
    this.#takeViews();
    return undefined;
  }

  #growTo(end: number): boolean {
    const pages = Math.ceil((end - this.#capacity) / pageSize);
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    this.#capacity += pages * pageSize;
    return true;
  }

  #takeViews(): void {
    const { buffer } = this.memory;
    this.#float32 = new Float32Array(buffer);
    this.#float64 = new Float64Array(buffer);
    this.#int32 = new Int32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
  }
}

export const bytesPerElement: Readonly<Record<DType, number>> = { bool: 1, int32: 4, float32: 4, float64: 8 };

/**
 * Up to 4 lines each number of lines is a class; above, each power of two is cut into four, and a line is added: extents are often
 * powers of two, and with what vectors run over their blocks are a few bytes longer.
 */
function classOf(bytes: number): number {
  const lines = Math.max(Math.ceil(bytes / alignment), 1);
  if (lines <= 4) return lines - 1;
  if (lines === 5) return 4;
  const octave = 31 - Math.clz32(lines - 2); // 2^octave < lines - 1 <= 2^(octave + 1)
  return 4 * (octave - 1) + ((lines - 2) >>> (octave - 2)) - 3;
}

/** The bytes of a block of a class: the inverse of `classOf`. */
function sizeOfClass(sizeClass: number): number {
  if (sizeClass <= 4) return (sizeClass + 1) * alignment;
  const octave = Math.floor((sizeClass - 1) / 4) + 1;
  return ((((sizeClass - 1) % 4) + 5) * 2 ** (octave - 2) + 1) * alignment;
}
