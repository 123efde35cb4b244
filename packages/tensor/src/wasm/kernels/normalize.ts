import type { Context } from '../context.js';
import type { FastKernel } from '../fast-kernel.js';
import { addressInOrder } from './contiguous.js';
import { inRows } from './parts.js';
import { split, splitAround } from './reductions.js';

/** Rows shorter than this are left to the loop, which walks along the axis that is kept. */
const shortestRow = 4;

/** Layers and batches of float32: over the last axes, or over all but a run of axes in between. */
export function normalizeKernel(context: Context): FastKernel<'normalize'> {
  return ([x], { axes, epsilon }, layout, dtype) => {
    if (x.dtype !== 'float32' || !context.takes(layout.size)) return undefined;
    const rows = split(x.shape, axes);
    const extents: readonly [number, number, number] | undefined =
      rows?.[2] === 1 ? [1, rows[0], rows[1]] : splitAround(x.shape, axes);
    if (extents === undefined || extents[2] < shortestRow) return undefined;
    return context.stage.result('normalize', layout, dtype, (out) => {
      const address = addressInOrder(context, 'normalize', x);
      const [outer, kept, inner] = extents;
      inRows(context, kept, outer * inner, true, (sink, from, count) => {
        const [to, source] = [out + 4 * from * inner, address + 4 * from * inner];
        sink(context.normalize, to, source, outer, count, inner, 4 * kept * inner, epsilon);
      });
    });
  };
}
