import type { Kernel } from '../backend.js';
import { forEachMatrix } from './batches.js';
import { type Extents, type Matrix, multiply, multiplyIntegers } from './product.js';
import { type Allocator, arrayOf } from './storage.js';

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
    const size = extents.rows * extents.columns;
    const out = allocator.zeros(layout, dtype);
    forEachMatrix([a, b], layout.shape.slice(0, -2), (pair, index) => {
      const [left, right] = pair as readonly [Matrix, Matrix];
      product(arrayOf(out), out.offset + index * size, left, right, extents);
    });
    return out;
  };
}
