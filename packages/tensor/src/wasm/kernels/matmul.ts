import { broadcastStrides, Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import type { FastKernel } from '../fast-kernel.js';
import { scratchBytes, tileColumns } from '../modules/matmul.js';
import { collapse, forEachMatrix } from './strides.js';

/** Block extents: a packed block of A stays in the second-level cache, a panel of B in the first. */
const blockRows = 120;
const blockInner = 256;
const blockColumns = 1024;

/** Products of fewer multiplications than this are not worth the packing. */
const smallestPacked = 2 ** 13;

/** One product of matrices of float32: addresses, extents, and strides in bytes. */
interface Product {
  readonly c: number;
  readonly a: number;
  readonly b: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly rowA: number;
  readonly innerA: number;
  readonly innerB: number;
  readonly columnB: number;
  /** What each row of C starts from, or 0 for nothing. */
  readonly bias: number;
  readonly rectifies: boolean;
}

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
      const shared = { rows, inner, columns, rowA, innerA, innerB, columnB, bias: 0, rectifies: false };
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

/** Computes one product. */
function multiply(context: Context, operation: string, product: Product): void {
  const { c, a, b, rows, inner, columns, rowA, innerA, innerB, columnB, bias, rectifies } = product;
  const functions = context.matmul;
  const isSmall = rows < context.tile.rows || rows * inner * columns < smallestPacked;
  if (isSmall && (columnB === 4 || columns === 1) && bias === 0 && !rectifies) {
    functions.small(c, a, b, rows, columns, inner, rowA, innerA, innerB);
    return;
  }
  const { rows: tileRows } = context.tile;
  const depth = Math.min(inner, blockInner);
  const packedA = context.stage.temporary(
    operation,
    scratchBytes + 4 * depth * roundUp(Math.min(rows, blockRows), tileRows),
  );
  const packedB = context.stage.temporary(
    operation,
    4 * depth * roundUp(Math.min(columns, blockColumns), tileColumns),
  );
  const panelsA = packedA + scratchBytes;
  for (let j = 0; j < columns; j += blockColumns) {
    const width = Math.min(blockColumns, columns - j);
    for (let k = 0; k < inner; k += blockInner) {
      const length = Math.min(blockInner, inner - k);
      const isLast = k + length === inner;
      functions.packColumns(packedB, b + k * innerB + j * columnB, columnB, innerB, width, length);
      for (let i = 0; i < rows; i += blockRows) {
        const height = Math.min(blockRows, rows - i);
        functions.packRows(panelsA, a + i * rowA + k * innerA, rowA, innerA, height, length);
        functions.block(
          c + 4 * (i * columns + j),
          panelsA,
          packedB,
          height,
          width,
          length,
          4 * columns,
          k > 0 ? 1 : 0,
          k === 0 && bias !== 0 ? bias + 4 * j : 0,
          rectifies && isLast ? 1 : 0,
        );
      }
    }
  }
}

function roundUp(x: number, step: number): number {
  return Math.ceil(x / step) * step;
}
