import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import { addressInOrder } from './contiguous.js';
import { inColumns, inRows } from './parts.js';

/**
 * Sums and maxima of float32 over neighboring axes: the last ones, the first ones, all, or some in between; and sums over all axes but
 * a run of them in between, as the gradient of a bias of channels is. Others are left to the reference.
 */
export function reductionKernels(context: Context): FastKernels {
  return { sum: reduction(context, 'sum'), max: reduction(context, 'max') };
}

function reduction(context: Context, name: 'sum' | 'max'): FastKernel<'sum' | 'max'> {
  return ([x], { axes }, layout, dtype) => {
    if (
      name === 'sum' &&
      x.dtype === 'float64' &&
      layout.size === 1 &&
      x.layout.isContiguous &&
      context.takes(x.size)
    ) {
      return context.stage.result(name, layout, dtype, (out) => {
        context.reductions.sumWide(out, context.stage.address(name, x), x.size);
      });
    }
    if (x.dtype !== 'float32' || !context.takes(x.size)) return undefined;
    const extents = split(x.shape, axes);
    if (extents === undefined) {
      const around = name === 'sum' ? splitAround(x.shape, axes) : undefined;
      if (around === undefined) return undefined;
      return context.stage.result(name, layout, dtype, (out) => {
        const address = addressInOrder(context, name, x);
        const [outer, kept, inner] = around;
        inRows(context, kept, outer * inner, true, (sink, from, count) => {
          const start = address + 4 * from * inner;
          sink(context.reductions.sumAround, out + 4 * from, start, outer, count, inner, 4 * kept * inner);
        });
      });
    }
    const [outer, reduced, inner] = extents;
    const { stage, reductions } = context;
    return stage.result(name, layout, dtype, (out) => {
      const address = addressInOrder(context, name, x);
      if (inner === 1) {
        const ofRows = name === 'sum' ? reductions.sumRows : reductions.maxRows;
        inRows(context, outer, reduced, true, (sink, from, count) => {
          sink(ofRows, out + 4 * from, address + 4 * from * reduced, count, reduced, 4 * reduced);
        });
        return;
      }
      const totals = name === 'sum' ? stage.temporary(name, 8 * inner + 32) : 0;
      const ofColumns = name === 'sum' ? reductions.sumColumns : reductions.maxColumns;
      for (let i = 0; i < outer; i++) {
        const [to, source] = [out + 4 * i * inner, address + 4 * i * reduced * inner];
        inColumns(context, reduced, inner, (sink, from, count) => {
          sink(ofColumns, to + 4 * from, source + 4 * from, reduced, count, 4 * inner, totals + 8 * from);
        });
      }
    });
  };
}

/** The sum of the squares of all elements; undefined for other dtypes, and for few elements. */
export function sumOfSquares(context: Context, x: Tensor): number | undefined {
  if (x.dtype !== 'float32' || !context.takes(x.size)) return undefined;
  return context.stage.reading(() =>
    context.reductions.sumSquares(addressInOrder(context, 'sum', x), x.size),
  );
}

/** The number of elements before, in, and after a run of reduced axes; undefined if they are no run. */
export function split(
  shape: readonly number[],
  axes: readonly number[],
): [number, number, number] | undefined {
  const extents: [number, number, number] = [1, 1, 1];
  let part = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const extent = shape[axis] as number;
    if (extent === 1) continue;
    const isReduced = axes.includes(axis);
    if (isReduced !== (part === 1)) part += 1;
    if (part > 2) return undefined;
    extents[part] = (extents[part] as number) * extent;
  }
  return extents;
}

/** The number of elements before, in, and after a run of axes that are kept, where all others are reduced; undefined if they are no run. */
export function splitAround(
  shape: readonly number[],
  axes: readonly number[],
): [number, number, number] | undefined {
  return split(
    shape,
    shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis)),
  );
}
