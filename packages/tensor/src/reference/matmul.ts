import type { Kernel } from '../backend.js';
import { broadcastStrides, Layout } from '../layout.js';
import type { Tensor } from '../tensor.js';
import { type Extents, type Matrix, multiply, multiplyIntegers } from './product.js';
import { type Allocator, arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/** The strides of the leading (batch) axes of an operand broadcast to those of the result. */
function batchStrides(x: Tensor, batch: readonly number[]): number[] {
  return broadcastStrides(new Layout(x.shape.slice(0, -2), x.layout.strides.slice(0, -2)), batch);
}

/** The matrix of x that starts at a place of its storage. */
function matrixAt(x: Tensor, start: number): Matrix {
  const { strides } = x.layout;
  return {
    data: arrayOf(x),
    start,
    stepRow: strides[x.rank - 2] as number,
    stepColumn: strides[x.rank - 1] as number,
  };
}

/**
 * Matrix product; each element is a sum over k in float64, in the order of k whatever the extents, and rounded once (in
 * int32, modulo 2^32). The operands may have any strides.
 */
export function matmulKernel(allocator: Allocator): Kernel<'matmul'> {
  return ([a, b], _attributes, layout, dtype) => {
    const extents: Extents = {
      rows: a.shape[a.rank - 2] as number,
      inner: a.shape[a.rank - 1] as number,
      columns: b.shape[b.rank - 1] as number,
    };
    const product = dtype === 'int32' ? multiplyIntegers : multiply;
    const out = allocator.zeros(layout, dtype);
    let at = out.offset;
    // One "row" of the walk is one pair of matrices: the batch axes and a last axis of extent 1.
    const batch = layout.shape.slice(0, -2);
    const strides = [a, b].map((x) => [...batchStrides(x, batch), 0]);
    forEachRow([...batch, 1], strides, [a.offset, b.offset], (starts) => {
      const [startA, startB] = starts as [number, number];
      product(arrayOf(out), at, matrixAt(a, startA), matrixAt(b, startB), extents);
      at += extents.rows * extents.columns;
    });
    return out;
  };
}
