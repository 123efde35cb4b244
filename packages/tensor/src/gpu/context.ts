import type { DType } from '../dtype.js';
import { BackendError, DTypeError } from '../errors.js';
import { isExplaining, noteKernel } from '../explain.js';
import { broadcastStrides, Layout } from '../layout.js';
import { formatShape, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import type { OperandKind, Program } from './program.js';
import type { Slot } from './slot.js';
import { type Bounds, type GpuHome, GpuStorage } from './storage.js';

/** An operand of a kernel: how its elements are found, and what is handed over. */
export interface Operand {
  readonly kind: OperandKind;
  readonly strides: readonly number[];
  readonly offset: number;
  readonly value: Slot | number;
}

/** What a kernel does: its statements, or how they are made and what they are made of beside the operands' strides and the result's shape. */
export type Statements = { readonly name: string } & (
  | { readonly body: string }
  | { readonly of: string; readonly body: () => string }
);

function textOf(
  statements: Statements,
  operands: readonly Operand[],
  shape: Shape,
): { readonly key: string; readonly body: () => string } {
  if (!('of' in statements)) return { key: statements.body, body: () => statements.body };
  const { name, of, body } = statements;
  const places = operands.map(({ kind, strides, offset }) => `${kind} ${offset}+${strides.join()}`);
  return { key: `${name}|${of}|${places.join('|')}|${shape.join()}`, body };
}

/** A program that makes four numbers at a time, for another one. */
export type PackedProgram = Pick<Program, 'name' | 'native'> & {
  readonly of: string;
  readonly body: () => string;
  readonly grid: readonly [columns: number, rows: number];
};

/** What kernels of the gpu backend share: how to hand over operands, run a program, and wrap what it made. */
export class Context {
  /** Kernels that were compiled for the parts of an operation, and how long that took. */
  #partsCompiled = 0;
  #partsMs = 0;

  constructor(
    readonly home: GpuHome,
    /** From how many multiplications on an operation computes in tiles. */
    readonly smallestTiled: number = 2 ** 19,
  ) {}

  /** The operand as it is read when broadcast to `shape`. */
  operand(x: Tensor, shape: Shape): Operand {
    const storage = x.storage as GpuStorage;
    const { values } = storage;
    if (values?.length === 1) {
      return { kind: 'number', strides: shape.map(() => 0), offset: 0, value: values[0] as number };
    }
    return {
      kind: 'array',
      strides: broadcastStrides(x.layout, shape),
      offset: x.offset,
      value: storage.slot,
    };
  }

  /** The operand as an array, whatever it holds. */
  array(x: Tensor): Operand {
    const { slot } = x.storage as GpuStorage;
    return { kind: 'array', strides: x.layout.strides, offset: x.offset, value: slot };
  }

  /** Runs a program for another one, which takes what it makes as a packed operand and then releases it. */
  pack(program: PackedProgram, operands: readonly Operand[]): Slot {
    const { device } = this.home;
    const { compileMs, compiled } = device.counts;
    const { grid, native, name } = program;
    const [columns, rows] = grid;
    const slot = device.run(
      {
        name,
        ...textOf(program, operands, grid),
        ...(native !== undefined && { native }),
        grid,
        operands: operands.map(({ kind }) => kind),
        size: 4 * columns * rows,
      },
      operands.map(({ value }) => value),
    );
    this.#partsCompiled += device.counts.compiled - compiled;
    this.#partsMs += device.counts.compileMs - compileMs;
    return slot;
  }

  /**
   * Runs a program of `layout.size` elements. @throws BackendError for more than one tensor can have
   */
  run(
    program: Statements,
    operands: readonly Operand[],
    layout: Layout,
    dtype: DType,
    bounds?: Bounds,
  ): Tensor {
    const { size } = layout;
    checkDType(program.name, dtype);
    this.checkSize(program.name, layout);
    if (size === 0) return this.wrap(new Float32Array(0), layout, dtype);
    const { name } = program;
    const kinds = operands.map(({ kind }) => kind);
    const values = operands.map(({ value }) => value);
    const { device } = this.home;
    const before = device.counts.compileMs;
    const { compiled } = device.counts;
    const text = textOf(program, operands, layout.shape);
    const slot = device.run({ name, ...text, operands: kinds, size }, values);
    if (isExplaining()) {
      const isNew = device.counts.compiled + this.#partsCompiled > compiled;
      const ms = device.counts.compileMs + this.#partsMs - before;
      // WebGPU compiles later.
      const cost = isNew ? `, compiled${ms > 0 ? ` in ${ms.toFixed(1)} ms` : ''}` : '';
      noteKernel(`gpu.js ${device.mode} (${device.description?.kernelClass}): ${name}${cost}`);
    }
    this.#partsCompiled = 0;
    this.#partsMs = 0;
    return this.wrap(slot, layout, dtype, bounds);
  }

  wrap(content: Float32Array | Slot, layout: Layout, dtype: DType, bounds?: Bounds): Tensor {
    return new Tensor(layout, dtype, new GpuStorage(this.home, content, bounds), 0, null);
  }

  /** The same elements under other strides. */
  view(x: Tensor, layout: Layout, offset: number = x.offset): Tensor {
    x.storage.retain?.();
    if (isExplaining()) noteKernel('view');
    return new Tensor(layout, x.dtype, x.storage, offset, null);
  }

  /** @throws BackendError for more elements than one texture or buffer can have */
  checkSize(operation: string, { size, shape }: Layout): void {
    const { largestSize = Number.POSITIVE_INFINITY } = this.home.device.description ?? {};
    if (size <= largestSize) return;
    throw new BackendError(operation, {
      expected: `at most ${largestSize} elements in a tensor on this gpu backend, whose indices are float32`,
      got: `${size}, shape ${formatShape(shape)}`,
      remedy: 'Split it, or compute it on the wasm backend',
    });
  }

  /** A tensor of one number, which stays an argument of kernels. */
  number(value: number, dtype: DType): Tensor {
    return this.wrap(Float32Array.of(value), Layout.contiguous([]), dtype);
  }
}

/** @throws DTypeError for float64 */
export function checkDType(operation: string, dtype: DType): void {
  if (dtype !== 'float64') return;
  throw new DTypeError(operation, {
    expected: 'float32, int32 or bool on the gpu backend, which computes in float32',
    got: dtype,
    remedy: `Cast it first: cast(x, 'float32')`,
  });
}
