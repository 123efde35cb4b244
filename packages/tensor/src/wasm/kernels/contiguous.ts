import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import { collapse, forEachMatrix } from './strides.js';

/** The address of the elements of a 4-byte tensor in row-major order: where they are, or a copy for the time of the kernel. */
export function addressInOrder(context: Context, operation: string, x: Tensor): number {
  const { stage } = context;
  const source = stage.address(operation, x);
  if (x.layout.isContiguous) return source;
  const out = stage.temporary(operation, 4 * x.size + 16);
  copyInOrder(context, out, source, x);
  return out;
}

/** Copies the elements of a 4-byte tensor, the first of which is at `source`, in row-major order to `out`. */
export function copyInOrder(context: Context, out: number, source: number, x: Tensor): void {
  const walk = collapse(x.shape, [x.layout.strides]);
  const [rows, columns] = walk.extents.slice(-2) as [number, number];
  const [rowStep, columnStep] = (walk.steps[0] as readonly number[]).slice(-2) as [number, number];
  let next = out;
  forEachMatrix(walk, ([offset]) => {
    context.copy(next, source + 4 * (offset as number), rows, columns, 4 * rowStep, 4 * columnStep);
    next += 4 * rows * columns;
  });
}
