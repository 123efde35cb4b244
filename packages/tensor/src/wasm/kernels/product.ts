import type { Context } from '../context.js';
import { scratchBytes, tileColumns } from '../modules/matmul-tile.js';

/** Block extents: a packed block of A stays in the second-level cache, a panel of B in the first. */
const blockRows = 120;
const blockInner = 256;
const blockColumns = 1024;

/** Products of fewer multiplications than this are not worth the packing. */
const smallestPacked = 2 ** 13;

/** One product of matrices of float32: addresses, extents, and strides in bytes. */
export interface Product {
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
  /** Adds to what C holds. Without a bias. */
  readonly accumulates: boolean;
}

/** Computes one product, of an inner extent of at least 1. */
export function multiply(context: Context, operation: string, product: Product): void {
  const { c, a, b, rows, inner, columns, rowA, innerA, innerB, columnB, bias, rectifies, accumulates } =
    product;
  const functions = context.matmul;
  const isSmall = rows < context.tile.rows || rows * inner * columns < smallestPacked;
  if (isSmall && (columnB === 4 || columns === 1) && bias === 0 && !rectifies && !accumulates) {
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
          k > 0 || accumulates ? 1 : 0,
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
