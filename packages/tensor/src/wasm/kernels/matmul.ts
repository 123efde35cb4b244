import { broadcastStrides, Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import type { FastKernel } from '../fast-kernel.js';
import { multiply } from './product.js';
import { collapse, forEachMatrix } from './strides.js';

/** [..., m, k] times [..., k, n], in float32 throughout; other dtypes are left to the reference. */
export function matmulKernel(context: Context): FastKernel<'matmul'> {
  return ([a, b], _attributes, layout, dtype) => {
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
    const { rank } = a;
    const [rows, inner] = [a.shape[rank - 2] as number, a.shape[rank - 1] as number];
    const columns = b.shape[b.rank - 1] as number;
    if (!context.takes((layout.size * inner) / 4)) return undefined;
    return context.stage.result('matmul', layout, dtype, (out) => {
      const [rowA, innerA] = matrixStrides(a);
      const [innerB, columnB] = matrixStrides(b);
      const shared = {
        rowC: 4 * columns,
        rows,
        inner,
        columns,
        rowA,
        innerA,
        innerB,
        columnB,
        bias: 0,
        rectifies: false,
        accumulates: false,
      };
      const [startA, startB] = [context.stage.address('matmul', a), context.stage.address('matmul', b)];
      const batch = layout.shape.slice(0, -2);
      const walk = collapse(
        [...batch, 1, 1],
        [
          [...batchStrides(a, batch), 0, 0],
          [...batchStrides(b, batch), 0, 0],
        ],
      );
      let c = out;
      // The last two axes of the walk are the innermost batch axes.
      const [outer, count] = walk.extents.slice(-2) as [number, number];
      const [stepsA, stepsB] = walk.steps.map((steps) => steps.slice(-2)) as [number[], number[]];
      forEachMatrix(walk, (offsets) => {
        const [offsetA, offsetB] = offsets as [number, number];
        for (let i = 0; i < outer * count; i++) {
          const [major, minor] = [Math.floor(i / count), i % count];
          const at = (steps: readonly number[]): number =>
            4 * (major * (steps[0] as number) + minor * (steps[1] as number));
          multiply(context, 'matmul', {
            ...shared,
            c,
            a: startA + 4 * offsetA + at(stepsA),
            b: startB + 4 * offsetB + at(stepsB),
          });
          c += 4 * rows * columns;
        }
      });
    });
  };
}

/** The bytes between rows and between columns of the matrices of a tensor. */
function matrixStrides({ layout: { strides }, rank }: Tensor): [number, number] {
  return [4 * (strides[rank - 2] as number), 4 * (strides[rank - 1] as number)];
}

function batchStrides({ shape, layout }: Tensor, batch: readonly number[]): number[] {
  return broadcastStrides(new Layout(shape.slice(0, -2), layout.strides.slice(0, -2)), batch);
}
