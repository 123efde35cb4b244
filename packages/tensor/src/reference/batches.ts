import { broadcastStrides, Layout } from '../layout.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import type { Matrix } from './product.js';
import { arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/** Visits the matrices of operands [..., m, n] whose leading axes are broadcast to `batch`, in row-major order of these. */
export function forEachMatrix(
  operands: readonly Tensor[],
  batch: Shape,
  visit: (matrices: readonly Matrix[], index: number) => void,
): void {
  // One "row" of the walk is one matrix of each: the batch axes and a last axis of extent 1.
  const strides = operands.map((x) => [...batchStrides(x, batch), 0]);
  const offsets = operands.map(({ offset }) => offset);
  let index = 0;
  forEachRow([...batch, 1], strides, offsets, (starts) => {
    visit(
      operands.map((x, i) => matrixAt(x, starts[i] as number)),
      index,
    );
    index += 1;
  });
}

/** The strides of the leading axes of an operand broadcast to those of the result. */
function batchStrides({ shape, layout: { strides } }: Tensor, batch: Shape): number[] {
  return broadcastStrides(new Layout(shape.slice(0, -2), strides.slice(0, -2)), batch);
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
