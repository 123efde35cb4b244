import type { TypedArray } from '../dtype.js';

/** A matrix: element [i, j] is `data[start + i * stepRow + j * stepColumn]`. */
export interface Matrix {
  readonly data: TypedArray;
  readonly start: number;
  readonly stepRow: number;
  readonly stepColumn: number;
}

/** C [rows, columns] = A [rows, inner] B [inner, columns]. */
export interface Extents {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Writes a product to `out`, from `at` on, in row-major order. */
export type Multiply = (out: TypedArray, at: number, a: Matrix, b: Matrix, extents: Extents) => void;

/** Row by row: for products that are not worth packing. The rows of B are taken four at a time, which quarters the traffic through `row`. */
const byRows: Multiply = (out, at, a, b, { rows, inner, columns }) => {
  const row = new Float64Array(columns);
  const source = b.data;
  const step = b.stepColumn;
  for (let i = 0; i < rows; i++) {
    row.fill(0);
    const from = a.start + i * a.stepRow;
    const aik = (k: number): number => a.data[from + k * a.stepColumn] as number;
    let k = 0;
    for (; k + 4 <= inner; k += 4) {
      const [a0, a1, a2, a3] = [aik(k), aik(k + 1), aik(k + 2), aik(k + 3)];
      let b0 = b.start + k * b.stepRow;
      let b1 = b0 + b.stepRow;
      let b2 = b1 + b.stepRow;
      let b3 = b2 + b.stepRow;
      for (let j = 0; j < columns; j++) {
        row[j] =
          (row[j] as number) +
          a0 * (source[b0] as number) +
          a1 * (source[b1] as number) +
          a2 * (source[b2] as number) +
          a3 * (source[b3] as number);
        b0 += step;
        b1 += step;
        b2 += step;
        b3 += step;
      }
    }
    for (; k < inner; k++) {
      const ak = aik(k);
      const bk = b.start + k * b.stepRow;
      for (let j = 0; j < columns; j++) row[j] = (row[j] as number) + ak * (source[bk + j * step] as number);
    }
    out.set(row, at + i * columns);
  }
};

/** The extent of a tile of C: its 16 sums and 8 operands are what stays in registers. */
const tile = 4;

/** Four lines (rows of A, columns of B) side by side, so that a tile reads on in one stream: panel[4 k + i] is element k of line i. */
function pack(
  panel: Float64Array,
  data: TypedArray,
  start: number,
  stepLine: number,
  step: number,
  lines: number,
): void {
  for (let i = 0; i < tile; i++) {
    let from = start + i * stepLine;
    for (let to = i; to < panel.length; to += tile) {
      panel[to] = i < lines ? (data[from] as number) : 0;
      from += step;
    }
  }
}

/** sums[4 i + j] = sum over k of a[4 k + i] b[4 k + j], each in the order of k. */
function multiplyPanels(sums: Float64Array, a: Float64Array, b: Float64Array): void {
  let [c00, c01, c02, c03] = [0, 0, 0, 0];
  let [c10, c11, c12, c13] = [0, 0, 0, 0];
  let [c20, c21, c22, c23] = [0, 0, 0, 0];
  let [c30, c31, c32, c33] = [0, 0, 0, 0];
  for (let k = 0; k < a.length; k += tile) {
    const a0 = a[k] as number;
    const a1 = a[k + 1] as number;
    const a2 = a[k + 2] as number;
    const a3 = a[k + 3] as number;
    const b0 = b[k] as number;
    const b1 = b[k + 1] as number;
    const b2 = b[k + 2] as number;
    const b3 = b[k + 3] as number;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
  }
  sums.set([c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33]);
}

/** Tile by tile. B is packed once and A four rows at a time; lines that a panel lacks are zeros, whose sums nobody reads. */
const byTiles: Multiply = (out, at, a, b, { rows, inner, columns }) => {
  const panelA = new Float64Array(tile * inner);
  const panelsB = Array.from({ length: Math.ceil(columns / tile) }, (_, panel) => {
    const packed = new Float64Array(tile * inner);
    const j = tile * panel;
    pack(packed, b.data, b.start + j * b.stepColumn, b.stepColumn, b.stepRow, columns - j);
    return packed;
  });
  const sums = new Float64Array(tile * tile);
  for (let i = 0; i < rows; i += tile) {
    pack(panelA, a.data, a.start + i * a.stepRow, a.stepRow, a.stepColumn, rows - i);
    const height = Math.min(tile, rows - i);
    for (const [panel, panelB] of panelsB.entries()) {
      multiplyPanels(sums, panelA, panelB);
      const width = Math.min(tile, columns - tile * panel);
      for (let row = 0; row < height; row++) {
        const to = at + (i + row) * columns + tile * panel;
        for (let j = 0; j < width; j++) out[to + j] = sums[tile * row + j] as number;
      }
    }
  }
};

/** Packing reads each operand once more; it pays where each element then serves often. */
function isWorthPacking({ rows, inner, columns }: Extents): boolean {
  return Math.min(rows, columns) >= tile && rows * inner * columns >= 1024;
}

/** Each element is a sum over k in float64, in the order of k whatever the extents. */
export const multiply: Multiply = (out, at, a, b, extents) => {
  (isWorthPacking(extents) ? byTiles : byRows)(out, at, a, b, extents);
};

/** The same modulo 2^32, for int32, whose products of up to 62 bits have no room in a float64. */
export const multiplyIntegers: Multiply = (out, at, a, b, { rows, inner, columns }) => {
  const row = new Int32Array(columns);
  for (let i = 0; i < rows; i++) {
    row.fill(0);
    for (let k = 0; k < inner; k++) {
      const ak = a.data[a.start + i * a.stepRow + k * a.stepColumn] as number;
      const bk = b.start + k * b.stepRow;
      for (let j = 0; j < columns; j++)
        row[j] = (row[j] as number) + Math.imul(ak, b.data[bk + j * b.stepColumn] as number);
    }
    out.set(row, at + i * columns);
  }
};
