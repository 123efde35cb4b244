/// <reference lib="esnext.disposable" preserve="true" />
import type { Backend, Storage } from './backend.js';
import type { DType, TypedArray } from './dtype.js';
import { ConfigError, ShapeError } from './errors.js';
import type { BackwardOptions, Trace } from './interpreter.js';
import type { Layout } from './layout.js';
import { checkLive, free, isFreed } from './memory/disposed.js';
import { register } from './memory/registry.js';
import { relu, sigmoid } from './ops/activations.js';
import { add, div, mul, neg, type Operand, pow, sub } from './ops/arithmetic.js';
import { abs, exp, log, sqrt, tanh } from './ops/functions.js';
import { cumsum, type CumsumOptions } from './ops/cumsum.js';
import { argmax, argmin, type ArgOptions, max, min } from './ops/extremes.js';
import { logSumExp } from './ops/logarithms.js';
import { matmul } from './ops/matmul.js';
import { std, variance, type VarianceOptions } from './ops/moments.js';
import { norm, type NormOptions } from './ops/norm.js';
import { reshape, transpose } from './ops/rearrange.js';
import { all, any, mean, prod, type ReduceOptions, sum } from './ops/reduce.js';
import { to } from './ops/to.js';
import { formatTensor, inspection, inspectTensor } from './print.js';
import { formatShape, type Shape } from './shape.js';
import type { AnyShape, CheckMatmul, Extents, MatmulShape } from './typed-shape.js';

/** Numbers nested as deep as a tensor has axes. */
export type NestedArray = number | boolean | NestedArray[];

/**
 * An immutable n-dimensional array: a shape, a dtype, and a place in the storage of one backend.
 * Operations never change or consume their arguments. The methods here are the usual operations, each the
 * same as the free function of its name; the rest are free functions only.
 *
 * Where the compiler knows a shape, as of `tensor([[1, 2], [3, 4]])`, it is the type's argument, `Tensor<[2, 2]>`, and a product that
 * cannot be does not compile. `Tensor` alone is a tensor of any shape, and assignable to and from all of them: a variable that is to
 * hold one shape after another is declared as such, `let x: Tensor = ...`.
 */
export class Tensor<S extends Shape = AnyShape> {
  static {
    Object.defineProperty(Tensor.prototype, inspection, {
      value(this: Tensor, depth: number, options: { readonly depth?: number | null }): unknown {
        return inspectTensor(this, depth, options);
      },
    });
  }

  /** @internal Tensors are made by `tensor`, `zeros`, ... and by operations. */
  constructor(
    readonly layout: Layout,
    readonly dtype: DType,
    readonly storage: Storage,
    /** Index of the first element in the storage. */
    readonly offset: number,
    /** What a transformation knows of this tensor; null for a plain value. */
    readonly trace: Trace | null,
  ) {
    if (trace === null) register(this);
  }

  /** Extents, outermost first. */
  get shape(): Extents<S> {
    return this.layout.shape as Extents<S>;
  }

  /** Number of axes. */
  get rank(): number {
    return this.layout.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.layout.size;
  }

  /** A copy of the elements in row-major order; works on every backend. */
  async data(): Promise<TypedArray> {
    const x = readable('data', this);
    const { storage } = x;
    // What is being read stays, even if the tensor is freed before it has arrived.
    storage.retain?.();
    try {
      return await storage.backend.read(x);
    } finally {
      storage.release?.();
    }
  }

  /** A copy of the elements in row-major order, at once. @throws BackendError where the backend cannot. */
  dataSync(): TypedArray {
    return readSync('dataSync', this);
  }

  /** Whether it has been freed: by `dispose()`, by `using`, or at the end of a scope. Its shape and dtype stay. */
  get isDisposed(): boolean {
    return isFreed(this);
  }

  /**
   * Frees it: whatever uses it from now on throws `DisposedError`. Its memory is free when all views of it are freed too.
   * An operation that has nothing to do (a cast to its own dtype) may return its operand itself, and then this frees both.
   */
  dispose(): void {
    free(this, 'dispose');
  }

  /** `using y = exp(x)` frees y at the end of the block. */
  [Symbol.dispose](): void {
    free(this, 'using');
  }

  /**
   * Adds to the gradient of each variable that this scalar was computed from its derivative by that variable, and lets
   * go of what was recorded on the way. Variables are what `variable` and `Parameter.requireGrad` of `@renyi/autodiff` make.
   * @throws ConfigError when it depends on no variable, is part of a function that is being differentiated, or when what it
   *   was computed from has been let go already
   * @throws ShapeError when it is no scalar and there is no cotangent, or when that has another shape
   * @see torch.Tensor.backward
   */
  backward(options: BackwardOptions = {}): void {
    const interpreter = this.trace?.interpreter;
    if (interpreter?.backward !== undefined) interpreter.backward(this, options);
    else {
      checkLive('backward', this);
      throw new ConfigError('backward', {
        expected: 'a tensor that was computed from variables',
        got: this.trace === null ? 'a constant' : 'one of a function that is being differentiated',
        remedy:
          this.trace === null
            ? 'Make variables with variable() or Parameter.requireGrad(), or use grad(f) for a function'
            : 'Call it when the derivative is there, or nest grad instead',
      });
    }
  }

  /** Of a variable, what `backward()` has collected; null if that is nothing, or if it is none. @see torch.Tensor.grad */
  get grad(): Tensor | null {
    return this.trace?.interpreter.gradientOf?.(this) ?? null;
  }

  /** The only element as a number. @throws ShapeError when there is not exactly one. */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError('item', {
        expected: 'a tensor of one element',
        got: formatShape(this.shape),
        remedy: 'Use toArray() or dataSync() for more',
      });
    }
    return readSync('item', this)[0] as number;
  }

  /** The elements as nested arrays (a bare number for a scalar; booleans for bool). */
  toArray(): NestedArray {
    const data = readSync('toArray', this);
    const { shape, dtype } = this;
    let next = 0;
    const level = (axis: number): NestedArray => {
      if (axis === shape.length) {
        const value = data[next++] as number;
        return dtype === 'bool' ? value !== 0 : value;
      }
      return Array.from({ length: shape[axis] as number }, () => level(axis + 1));
    };
    return level(0);
  }

  add(other: Operand): Tensor {
    return add(this, other);
  }

  sub(other: Operand): Tensor {
    return sub(this, other);
  }

  mul(other: Operand): Tensor {
    return mul(this, other);
  }

  div(other: Operand): Tensor {
    return div(this, other);
  }

  pow(exponent: Operand): Tensor {
    return pow(this, exponent);
  }

  neg(): Tensor {
    return neg(this);
  }

  abs(): Tensor {
    return abs(this);
  }

  sqrt(): Tensor {
    return sqrt(this);
  }

  exp(): Tensor {
    return exp(this);
  }

  log(): Tensor {
    return log(this);
  }

  tanh(): Tensor {
    return tanh(this);
  }

  sigmoid(): Tensor {
    return sigmoid(this);
  }

  relu(): Tensor {
    return relu(this);
  }

  matmul<B extends Shape>(other: Tensor<B> & CheckMatmul<S, B>): Tensor<MatmulShape<S, B>> {
    return matmul<S, B>(this, other);
  }

  sum(options?: ReduceOptions): Tensor {
    return sum(this, options);
  }

  mean(options?: ReduceOptions): Tensor {
    return mean(this, options);
  }

  max(options?: ReduceOptions): Tensor {
    return max(this, options);
  }

  min(options?: ReduceOptions): Tensor {
    return min(this, options);
  }

  argmax(options?: ArgOptions): Tensor {
    return argmax(this, options);
  }

  argmin(options?: ArgOptions): Tensor {
    return argmin(this, options);
  }

  prod(options?: ReduceOptions): Tensor {
    return prod(this, options);
  }

  variance(options?: VarianceOptions): Tensor {
    return variance(this, options);
  }

  std(options?: VarianceOptions): Tensor {
    return std(this, options);
  }

  norm(options?: NormOptions): Tensor {
    return norm(this, options);
  }

  logSumExp(options?: ReduceOptions): Tensor {
    return logSumExp(this, options);
  }

  all(options?: ReduceOptions): Tensor {
    return all(this, options);
  }

  any(options?: ReduceOptions): Tensor {
    return any(this, options);
  }

  cumsum(options?: CumsumOptions): Tensor {
    return cumsum(this, options);
  }

  reshape(shape: Shape): Tensor {
    return reshape(this, shape);
  }

  transpose(axes?: readonly number[]): Tensor {
    return transpose(this, axes);
  }

  to(backend: Backend): Tensor {
    return to(this, backend);
  }

  toString(): string {
    return formatTensor(this);
  }
}

/** The tensor that holds the elements: of a transformation's tensor, the value furthest out. @throws DisposedError */
function readable(operation: string, x: Tensor): Tensor {
  let value = x;
  while (value.trace !== null) value = value.trace.primal;
  checkLive(operation, value);
  return value;
}

function readSync(operation: string, x: Tensor): TypedArray {
  const value = readable(operation, x);
  return value.storage.backend.readSync(value);
}
