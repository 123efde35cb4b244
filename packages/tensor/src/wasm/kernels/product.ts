import type { Context } from '../context.js';
import { scratchBytes, tileColumns } from '../modules/matmul-tile.js';
import { atOnce, type Sink } from '../threads/calls.js';
import { ranges } from './ranges.js';

/** Largest extents of blocks: a packed block of A stays in the second-level cache, a panel of B in the first. */
const blockRows = 128;
const blockInner = 320;
const blockColumns = 1024;

/** Products of fewer multiplications than this are not worth the packing. */
const smallestPacked = 2 ** 13;
/** Nor are those of fewer than this worth a second thread: some 20 microseconds. */
const smallestShared = 2 ** 19;

/** One product of matrices of float32: addresses, extents, and strides in bytes. */
export interface Product {
  readonly c: number;
  readonly a: number;
  readonly b: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** From row to row of C. */
  readonly rowC: number;
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

/**
 * Computes one product, of an inner extent of at least 1. Threads share its rows or its columns: each element is the same sum in the
 * same order, whoever computes it.
 * @param panels for who makes many products
 */
export function multiply(context: Context, operation: string, product: Product, panels?: Panels): void {
  const { rows, inner, columns } = product;
  const isShared = context.threads > 1 && rows * inner * columns >= smallestShared;
  if (!isShared || usesSmall(context, product)) {
    multiplyInto(atOnce, context, product, panels ?? panelsFor(context, operation, product));
    return;
  }
  // What is not cut is packed by every thread, so the longer side is.
  const parts =
    rows >= columns
      ? ranges(rows, context.threads, context.tile.rows).map(({ from, to }) => ({
          ...product,
          rows: to - from,
          c: product.c + from * product.rowC,
          a: product.a + from * product.rowA,
        }))
      : ranges(columns, context.threads, tileColumns).map(({ from, to }) => ({
          ...product,
          columns: to - from,
          c: product.c + 4 * from,
          b: product.b + from * product.columnB,
          bias: product.bias === 0 ? 0 : product.bias + 4 * from,
        }));
  context.together(
    parts.map(
      (part) => (sink: Sink) => multiplyInto(sink, context, part, panelsFor(context, operation, part)),
    ),
  );
}

/** Whether a product is made without packing; then a row runs over into the next. */
export function usesSmall({ tile }: Context, product: Product): boolean {
  const { rows, inner, columns, columnB, bias, rectifies, accumulates, rowC } = product;
  const isSmall = rows < tile.rows || rows * inner * columns < smallestPacked;
  const fits = (columnB === 4 || columns === 1) && rowC === 4 * columns;
  return isSmall && fits && bias === 0 && !rectifies && !accumulates;
}

/** Where the panels of a product are packed. */
export interface Panels {
  readonly packedA: number;
  readonly packedB: number;
}

/** Room for the panels of a product, and of others of the same extents that come after it: what is in the cache stays there. */
export function panelsFor(context: Context, operation: string, { rows, inner, columns }: Product): Panels {
  const { rows: tileRows } = context.tile;
  const depth = 4 * evenly(inner, blockInner, 1);
  const height = evenly(rows, blockRows, tileRows);
  const width = evenly(columns, blockColumns, tileColumns);
  return {
    packedA: context.stage.temporary(operation, scratchBytes + depth * height),
    packedB: context.stage.temporary(operation, depth * width),
  };
}

/** Hands the calls that make a product to `sink`. */
export function multiplyInto(sink: Sink, context: Context, product: Product, panels: Panels): void {
  const { c, a, b, rows, inner, columns, rowC, rowA, innerA, innerB, columnB } = product;
  const { bias, rectifies, accumulates } = product;
  const { small, packColumns, packRows, block } = context.matmul;
  if (usesSmall(context, product)) {
    sink(small, c, a, b, rows, columns, inner, rowA, innerA, innerB);
    return;
  }
  const { packedA, packedB } = panels;
  const panelsA = packedA + scratchBytes;
  const { rows: tileRows } = context.tile;
  const mostRows = evenly(rows, blockRows, tileRows);
  const mostInner = evenly(inner, blockInner, 1);
  const mostColumns = evenly(columns, blockColumns, tileColumns);
  for (let j = 0; j < columns; j += mostColumns) {
    const width = Math.min(mostColumns, columns - j);
    for (let k = 0; k < inner; k += mostInner) {
      const length = Math.min(mostInner, inner - k);
      const isLast = k + length === inner;
      sink(packColumns, packedB, b + k * innerB + j * columnB, columnB, innerB, width, length);
      for (let i = 0; i < rows; i += mostRows) {
        const height = Math.min(mostRows, rows - i);
        sink(packRows, panelsA, a + i * rowA + k * innerA, rowA, innerA, height, length);
        sink(
          block,
          c + i * rowC + 4 * j,
          panelsA,
          packedB,
          height,
          width,
          length,
          rowC,
          k > 0 || accumulates ? 1 : 0,
          k === 0 && bias !== 0 ? bias + 4 * j : 0,
          rectifies && isLast ? 1 : 0,
        );
      }
    }
  }
}

/** The extent of the blocks that an extent is cut into, all of about the same: a multiple of `step`, at most `most` where that is one. */
function evenly(extent: number, most: number, step: number): number {
  const blocks = Math.ceil(extent / most);
  return Math.ceil(extent / blocks / step) * step;
}
