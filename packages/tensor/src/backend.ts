import type { DType, TypedArray } from './dtype.js';
import type { Fusion } from './fusion.js';
import type { Layout } from './layout.js';
import type { MemoryUse } from './memory/memory.js';
import type { Attributes, Inputs, PrimitiveName } from './primitive.js';
import type { Tensor } from './tensor.js';

/** The home of a tensor's elements; what is in it is known to its backend alone. */
export interface Storage {
  readonly backend: Backend;
  /** What it occupies, in bytes: for `memory()`. */
  readonly byteLength?: number;
  /**
   * One more tensor lies in it. A backend that frees storage itself has both methods, and counts: a storage starts with one
   * tensor, every kernel that makes a view retains it, and when as many were released it is free. Where the garbage
   * collector does it, both are absent.
   */
  retain?(): void;
  /** One of its tensors was disposed of, or its scope has ended. */
  release?(): void;
  /** One of its tensors outlives all scopes: from now on the garbage collector decides. */
  settle?(): void;
  /**
   * The same of a tensor that will soon be disposed of: it may stay where it is, and a finalizer is the net below. Where it answers
   * false it has to settle.
   */
  reside?(): boolean;
}

/**
 * Computes one primitive. The operands are concrete, live on the kernel's backend, and have passed the
 * primitive's rules; `layout` is the row-major layout of the result and `dtype` its element type. A kernel
 * that only rearranges (reshape, transpose) may return a view with another layout of the same shape.
 *
 * What depends on elements is for the kernel to check, with `checks.ts`: indices, orders. A backend that computes
 * asynchronously cannot throw at the call, and may report such an error at the next read (`data()`) of what depends on it.
 */
export type Kernel<N extends PrimitiveName> = (
  inputs: Inputs<N>,
  attributes: Attributes<N>,
  layout: Layout,
  dtype: DType,
) => Tensor;

/** One kernel for each of some primitives, such as a chapter of them. */
export type Kernels<Names extends PrimitiveName> = { readonly [N in Names]: Kernel<N> };

/** Owns storage and computes primitives. */
export interface Backend {
  readonly name: string;
  /** False for one that computes in float32 at most: who would add up in float64 then does without. */
  readonly hasFloat64?: boolean;
  /**
   * True for one whose elements lie on a device: each read waits for it, so that who needs several numbers reads them together, and
   * some such backends answer `await x.data()` alone.
   */
  readonly isRemote?: boolean;
  /** A primitive that is absent here is one that the backend lacks. */
  readonly kernels: Partial<Kernels<PrimitiveName>>;
  /** A tensor with a copy of row-major `values`. */
  upload(values: ArrayLike<number>, layout: Layout, dtype: DType): Tensor;
  /** A tensor of shape [] with the given value. */
  scalar(value: number, dtype: DType): Tensor;
  /** A copy of the elements in row-major order. */
  read(x: Tensor): Promise<TypedArray>;
  /** The same at once. @throws BackendError where the backend cannot answer synchronously. */
  readSync(x: Tensor): TypedArray;
  /** How it computes several elementwise primitives in one pass, where it can. */
  readonly fusion?: Fusion;
  /** The sum of the squares of all elements, a float64 scalar, of a tensor of which the backend can tell it in one pass: norms are made of it. */
  sumOfSquares?(x: Tensor): Tensor | undefined;
  /** What it holds now, of a backend that counts. It is asked once it was given to `countMemoryOf`. */
  memory?(): MemoryUse;
}
