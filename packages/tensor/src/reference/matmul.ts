import type { Kernel } from '../backend.js';
import type { TypedArray } from '../dtype.js';
import { broadcastStrides, Layout } from '../layout.js';
import type { Tensor } from '../tensor.js';
import { contiguous } from './contiguous.js';
import { type Allocator, arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/**
 * row[j] = sum over k of a[k] b[k, j], in float64. The rows of B are taken four at a time, which quarters the
 * traffic through `row` and is what makes this loop usable for training.
 */
export function accumulateRow(
  row: Float64Array,
  a: TypedArray,
  startA: number,
  stepA: number,
  inner: number,
  b: TypedArray,
  startB: number,
): void {
  const columns = row.length;
  row.fill(0);
  let k = 0;
  for (; k + 4 <= inner; k += 4) {
    const a0 = a[startA + k * stepA] as number;
    const a1 = a[startA + (k + 1) * stepA] as number;
    const a2 = a[startA + (k + 2) * stepA] as number;
    const a3 = a[startA + (k + 3) * stepA] as number;
    const b0 = startB + k * columns;
    const b1 = b0 + columns;
    const b2 = b1 + columns;
    const b3 = b2 + columns;
    for (let j = 0; j < columns; j++) {
      row[j] =
        (row[j] as number) +
        a0 * (b[b0 + j] as number) +
        a1 * (b[b1 + j] as number) +
        a2 * (b[b2 + j] as number) +
        a3 * (b[b3 + j] as number);
    }
  }
  for (; k < inner; k++) {
    const ak = a[startA + k * stepA] as number;
    const bk = startB + k * columns;
    for (let j = 0; j < columns; j++) row[j] = (row[j] as number) + ak * (b[bk + j] as number);
  }
}

/** The same modulo 2^32, for int32, whose products of up to 62 bits have no room in a float64. */
function accumulateIntegerRow(
  row: Int32Array,
  a: TypedArray,
  startA: number,
  stepA: number,
  inner: number,
  b: TypedArray,
  startB: number,
): void {
  const columns = row.length;
  row.fill(0);
  for (let k = 0; k < inner; k++) {
    const ak = a[startA + k * stepA] as number;
    const bk = startB + k * columns;
    for (let j = 0; j < columns; j++) row[j] = (row[j] as number) + Math.imul(ak, b[bk + j] as number);
  }
}

/** The strides of the leading (batch) axes of an operand broadcast to those of the result. */
function batchStrides(x: Tensor, batch: readonly number[]): number[] {
  return broadcastStrides(new Layout(x.shape.slice(0, -2), x.layout.strides.slice(0, -2)), batch);
}

/** Matrix product; each element is a sum over k in float64, rounded once (in int32, modulo 2^32). A may have any strides. */
export function matmulKernel(allocator: Allocator): Kernel<'matmul'> {
  return ([a, unpackedB], _attributes, layout, dtype) => {
    const b = contiguous(allocator, unpackedB);
    const rows = a.shape[a.rank - 2] as number;
    const inner = a.shape[a.rank - 1] as number;
    const columns = b.shape[b.rank - 1] as number;
    const stepRow = a.layout.strides[a.rank - 2] as number;
    const stepInner = a.layout.strides[a.rank - 1] as number;
    const out = allocator.zeros(layout, dtype);
    const data = arrayOf(out);
    const row = dtype === 'int32' ? new Int32Array(columns) : new Float64Array(columns);
    let next = out.offset;
    // One "row" of the walk is one pair of matrices: the batch axes and a last axis of extent 1.
    const batch = layout.shape.slice(0, -2);
    const strides = [a, b].map((x) => [...batchStrides(x, batch), 0]);
    forEachRow([...batch, 1], strides, [a.offset, b.offset], (starts) => {
      const [startA, startB] = starts as [number, number];
      for (let i = 0; i < rows; i++) {
        const start = startA + i * stepRow;
        if (row instanceof Int32Array)
          accumulateIntegerRow(row, arrayOf(a), start, stepInner, inner, arrayOf(b), startB);
        else accumulateRow(row, arrayOf(a), start, stepInner, inner, arrayOf(b), startB);
        data.set(row, next);
        next += columns;
      }
    });
    return out;
  };
}
