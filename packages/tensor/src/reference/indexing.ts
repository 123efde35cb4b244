import type { Kernels } from '../backend.js';
import { checkIndex } from '../checks.js';
import { Layout } from '../layout.js';
import type { Indexing } from '../primitives/signatures.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { contiguous } from './contiguous.js';
import { type Allocator, arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/**
 * Calls `visit(element, target)` for each element of `indices`, in row-major order: `element` is its position
 * there, `target` the position in a row-major array of `shape` of the element that it points to along `axis`.
 */
function forEachIndexed(
  operation: string,
  shape: Shape,
  indices: Tensor,
  axis: number,
  visit: (element: number, target: number) => void,
): void {
  const { strides } = Layout.contiguous(shape);
  const axisStride = strides[axis] as number;
  const extent = shape[axis] as number;
  const walked = strides.map((stride, i) => (i === axis ? 0 : stride));
  const data = arrayOf(indices);
  const length = indices.shape[indices.rank - 1] as number;
  const step = indices.layout.strides[indices.rank - 1] as number;
  const targetStep = walked[indices.rank - 1] as number;
  let element = 0;
  forEachRow(indices.shape, [indices.layout.strides, walked], [indices.offset, 0], (starts) => {
    const [from, to] = starts as [number, number];
    for (let i = 0; i < length; i++) {
      const index = data[from + i * step] as number;
      checkIndex(operation, `index along axis ${axis}`, index, extent);
      visit(element++, to + i * targetStep + index * axisStride);
    }
  });
}

export function indexingKernels(allocator: Allocator): Kernels<keyof Indexing> {
  return {
    gather: ([x, indices], { axis }, layout, dtype) => {
      const source = contiguous(allocator, x);
      const from = arrayOf(source);
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      forEachIndexed('gather', x.shape, indices, axis, (element, target) => {
        data[out.offset + element] = from[source.offset + target] as number;
      });
      return out;
    },
    scatterAdd: ([x, indices, updates], { axis }, layout, dtype) => {
      const source = contiguous(allocator, x);
      const added = contiguous(allocator, updates);
      // Many updates may meet in one element: they are summed in float64 and rounded once. Integers wrap at each step,
      // as a float64 that has grown beyond 2^53 has lost the low digits that stay.
      const before = arrayOf(source).subarray(source.offset, source.offset + source.size);
      const totals = dtype === 'int32' ? Int32Array.from(before) : Float64Array.from(before);
      const from = arrayOf(added);
      forEachIndexed('scatterAdd', x.shape, indices, axis, (element, target) => {
        totals[target] = (totals[target] as number) + (from[added.offset + element] as number);
      });
      const out = allocator.zeros(layout, dtype);
      arrayOf(out).set(totals, out.offset);
      return out;
    },
    oneHot: ([labels], { classes }, layout, dtype) => {
      const source = contiguous(allocator, labels);
      const from = arrayOf(source);
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      for (let row = 0; row < source.size; row++) {
        const label = from[source.offset + row] as number;
        checkIndex('oneHot', 'label', label, classes);
        data[out.offset + row * classes + label] = 1;
      }
      return out;
    },
  };
}
