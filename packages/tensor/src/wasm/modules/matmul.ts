import { f32x4, i32, v128 } from '../emitter/instructions.js';
import { type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import { definePack } from './matmul-pack.js';
import { defineBlock, defineTile, maddOf, type Tile, tileColumns } from './matmul-tile.js';

/** (out, in, bytes between lanes, bytes between inner positions, lanes, inner) */
export type PackFunction = (
  out: number,
  source: number,
  laneStride: number,
  innerStride: number,
  lanes: number,
  inner: number,
) => void;

/** (c, a, b, rows, columns, inner, bytes from row to row of c, whether to add to c, bias or 0, whether to cut at 0) */
export type BlockFunction = (
  c: number,
  a: number,
  b: number,
  rows: number,
  columns: number,
  inner: number,
  stride: number,
  accumulates: number,
  bias: number,
  rectifies: number,
) => void;

/** (c, a, b, rows, columns, inner, bytes: of a from row to row, of a along inner, of b along inner) */
export type SmallFunction = (
  c: number,
  a: number,
  b: number,
  rows: number,
  columns: number,
  inner: number,
  rowA: number,
  innerA: number,
  innerB: number,
) => void;

export interface MatmulFunctions {
  /** A in panels of `tile.rows` rows. */
  readonly packRows: PackFunction;
  /** B in panels of 8 columns. */
  readonly packColumns: PackFunction;
  readonly block: BlockFunction;
  readonly small: SmallFunction;
}

/**
 * Matrix products of float32 (the scheme of K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication",
 * 2008). Operands are first packed into panels, in which the innermost loop reads one address after the other: a panel of A
 * holds, for each k, the elements of a few rows; one of B those of 8 columns. Packing reads any strides, so a transposed
 * operand costs no more than one that lies in order. Then each tile of C stays in registers while k runs.
 */
export function matmulModule(memory: ImportedMemory, tile: Tile): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  definePack(module, 'packRows', tile.rows);
  definePack(module, 'packColumns', tileColumns);
  const multiplyTile = defineTile(module, tile);
  defineBlock(module, tile, multiplyTile);
  defineSmall(module, tile);
  return module.toBytes();
}

/**
 * Without packing, for products of few rows or few elements, where packing would be most of the work. The elements of a row of B must
 * lie side by side. A row of C runs over into the next, which comes after it.
 */
function defineSmall(module: ModuleBuilder, tile: Tile): void {
  const madd = maddOf(tile);
  const parameters = {
    c: 'i32',
    a: 'i32',
    b: 'i32',
    rows: 'i32',
    columns: 'i32',
    inner: 'i32',
    rowA: 'i32',
    innerA: 'i32',
    innerB: 'i32',
  } as const;
  module.function('small', parameters, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.columns, 2));
    f.for({ from: 0, to: p.rows }, () => {
      f.for({ from: 0, to: bytes, step: 16 }, (j) => {
        const sum = f.local('v128', f32x4.splat(0));
        const a = f.local('i32', p.a);
        const b = f.let(i32.add(p.b, j));
        f.for({ from: 0, to: p.inner }, () => {
          f.set(sum, madd(v128.load32Splat(a), v128.load(b), sum));
          f.increment(a, p.innerA);
          f.increment(b, p.innerB);
        });
        f.do(v128.store(i32.add(p.c, j), sum));
      });
      f.increment(p.a, p.rowA);
      f.increment(p.c, bytes);
    });
  });
}
