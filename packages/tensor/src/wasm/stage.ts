import type { Backend } from '../backend.js';
import type { DType } from '../dtype.js';
import type { Layout } from '../layout.js';
import { currentScope } from '../memory/registry.js';
import { type Allocator, arrayOf, largestFromSlab, ReferenceStorage } from '../reference/storage.js';
import { Tensor } from '../tensor.js';
import { bytesPerElement, type LinearMemory } from './linear-memory.js';
import { LinearStorage } from './linear-storage.js';

/**
 * Where a kernel finds its operands and leaves its result. Tensors that a scope made lie in linear memory already; the others
 * belong to the garbage collector and are copied in for the call, and the result out again. The blocks that
 * this takes are given back when the kernel is done, whatever happens in it.
 */
export class Stage {
  readonly memory: LinearMemory;
  readonly #backend: Backend;
  readonly #allocator: Allocator;
  readonly #addresses: number[] = [];
  readonly #sizes: number[] = [];

  constructor(backend: Backend, memory: LinearMemory, allocator: Allocator) {
    this.#backend = backend;
    this.memory = memory;
    this.#allocator = allocator;
  }

  /**
   * A tensor that `compute` fills, given the address of a block for all of its elements (and a few bytes more, over which a vector may
   * run).
   */
  result(operation: string, layout: Layout, dtype: DType, compute: (out: number) => void): Tensor {
    return this.attempt(operation, layout, dtype, (out) => {
      compute(out);
      return true;
    }) as Tensor;
  }

  /** The same of a computation that may find, having seen the elements, that it cannot be made: then it answers false. */
  attempt(
    operation: string,
    layout: Layout,
    dtype: DType,
    compute: (out: number) => boolean,
  ): Tensor | undefined {
    try {
      const out = this.temporary(operation, layout.size * bytesPerElement[dtype] + overrun);
      return compute(out) ? this.#finished(layout, dtype, out) : undefined;
    } finally {
      this.#clear();
    }
  }

  /** A number that `compute` reads off its operands. */
  reading(compute: () => number): number {
    try {
      return compute();
    } finally {
      this.#clear();
    }
  }

  /** The same for several tensors of one layout. */
  results(
    operation: string,
    layout: Layout,
    dtype: DType,
    count: number,
    compute: (outs: readonly number[]) => void,
  ): Tensor[] {
    try {
      const bytes = layout.size * bytesPerElement[dtype] + overrun;
      const outs = Array.from({ length: count }, () => this.temporary(operation, bytes));
      compute(outs);
      return outs.map((out) => this.#finished(layout, dtype, out));
    } finally {
      this.#clear();
    }
  }

  /** The tensor whose elements are at `out`, the first of the blocks that are still temporary. */
  #finished(layout: Layout, dtype: DType, out: number): Tensor {
    if (currentScope() !== null && layout.size > largestFromSlab) return this.#stay(layout, dtype);
    return this.#leave(layout, dtype, out);
  }

  /** The address of element 0 of a tensor, whose strides it keeps. */
  address(operation: string, x: Tensor): number {
    const width = bytesPerElement[x.dtype];
    if (x.storage instanceof LinearStorage && x.storage.address !== 0) {
      return x.storage.address + x.offset * width;
    }
    const { first, length } = span(x);
    const block = this.temporary(operation, length * width + overrun);
    const source = arrayOf(x);
    const target = this.memory.view(x.dtype);
    const start = block / width;
    if (length <= 32) {
      for (let i = 0; i < length; i++) target[start + i] = source[first + i] as number;
    } else {
      target.set(source.subarray(first, first + length), start);
    }
    return block + (x.offset - first) * width;
  }

  /** A block until the kernel is done. */
  temporary(operation: string, bytes: number): number {
    const address = this.memory.allocate(operation, bytes);
    this.#addresses.push(address);
    this.#sizes.push(bytes);
    return address;
  }

  /** In a scope the block, which is the first that was taken, becomes the result's storage: the scope will free it. */
  #stay(layout: Layout, dtype: DType): Tensor {
    const block = { address: this.#addresses.shift() as number, bytes: this.#sizes.shift() as number };
    const storage = new LinearStorage(this.#backend, this.memory, block, dtype, layout.size);
    return new Tensor(layout, dtype, storage, 0, null);
  }

  #leave(layout: Layout, dtype: DType, out: number): Tensor {
    const start = out / bytesPerElement[dtype];
    const view = this.memory.view(dtype);
    if (layout.size > largestFromSlab) {
      const storage = new ReferenceStorage(this.#backend, view.slice(start, start + layout.size));
      return new Tensor(layout, dtype, storage, 0, null);
    }
    const x = this.#allocator.zeros(layout, dtype);
    const data = arrayOf(x);
    for (let i = 0; i < layout.size; i++) data[x.offset + i] = view[start + i] as number;
    return x;
  }

  #clear(): void {
    for (let i = this.#addresses.length; i > 0; i--) {
      this.memory.free(this.#addresses.pop() as number, this.#sizes.pop() as number);
    }
  }
}

/** What may be written beyond the last element: a vector of float32, as two of float64. */
const overrun = 32;

/** The part of a storage that a tensor's elements lie in. */
function span({ layout, offset }: Tensor): { first: number; length: number } {
  if (layout.isContiguous) return { first: offset, length: layout.size };
  let first = offset;
  let last = offset;
  layout.shape.forEach((extent, axis) => {
    const reach = (extent - 1) * (layout.strides[axis] as number);
    if (reach < 0) first += reach;
    else last += reach;
  });
  return { first, length: last - first + 1 };
}
