import type { Backend, Storage } from '../backend.js';
import { allocateArray, type DType, type TypedArray } from '../dtype.js';
import type { Layout } from '../layout.js';
import { Tensor } from '../tensor.js';

/** Storage whose elements can be seen as a typed array: all that the reference loops ask of it. */
export interface ArrayStorage extends Storage {
  readonly data: TypedArray;
}

/** A typed array, owned by the garbage collector and shared by all tensors that lie in it. */
export class ReferenceStorage implements ArrayStorage {
  constructor(
    readonly backend: Backend,
    readonly data: TypedArray,
  ) {}

  get byteLength(): number {
    return this.data.byteLength;
  }
}

/**
 * Making a typed array costs 40 to 400 ns, many times what the arithmetic on a few elements costs, so small
 * tensors are cut one after the other from a shared slab. A tensor that lives long keeps its slab alive,
 * at most `slabSize` elements: the price for that speed.
 */
const slabSize = 2048;
export const largestFromSlab = 128;

interface Slab {
  storage: ReferenceStorage;
  used: number;
}

/** Hands out zeroed storage of one backend. */
export class Allocator {
  readonly #backend: Backend;
  readonly #slabs: Partial<Record<DType, Slab>> = {};

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** A tensor of zeros with a row-major layout, to be filled by the kernel that asked for it. */
  zeros(layout: Layout, dtype: DType): Tensor {
    const { size } = layout;
    if (size > largestFromSlab) {
      const own = new ReferenceStorage(this.#backend, allocateArray(dtype, size));
      return new Tensor(layout, dtype, own, 0, null);
    }
    let slab = this.#slabs[dtype];
    if (slab === undefined || slab.used + size > slabSize) {
      slab = { storage: new ReferenceStorage(this.#backend, allocateArray(dtype, slabSize)), used: 0 };
      this.#slabs[dtype] = slab;
    }
    const offset = slab.used;
    slab.used += size;
    return new Tensor(layout, dtype, slab.storage, offset, null);
  }
}

/** The array that a tensor lies in; element 0 is at `x.offset`. */
export function arrayOf(x: Tensor): TypedArray {
  return (x.storage as ArrayStorage).data;
}
