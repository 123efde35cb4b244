import type { Expression } from '../emitter/expression.js';
import type { Local } from '../emitter/function.js';
import { f32, f32x4, i32, v128 } from '../emitter/instructions.js';
import { call, type Callee, type ImportedMemory, ModuleBuilder } from '../emitter/module.js';

/** The register tile: how much of C one inner loop keeps in registers, and how it multiplies. */
export interface Tile {
  /** Rows of C; its columns are `tileColumns`. */
  readonly rows: 4 | 6;
  /** Multiplies and adds with one instruction; needs an engine with relaxed SIMD. */
  readonly fused: boolean;
}

export const tileColumns = 8;

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

type Madd = (a: Expression<'v128'>, b: Expression<'v128'>, c: Expression<'v128'>) => Expression<'v128'>;

function maddOf(tile: Tile): Madd {
  return tile.fused ? f32x4.relaxedMadd : (a, b, c) => f32x4.add(c, f32x4.mul(a, b));
}

const tileParameters = {
  c: 'i32',
  a: 'i32',
  b: 'i32',
  inner: 'i32',
  stride: 'i32',
  accumulates: 'i32',
  bias: 'i32',
  rectifies: 'i32',
} as const;

type TileFunction = Callee<typeof tileParameters, 'void'>;

/**
 * One tile of C: the sum over k of a column of the panel of A times a row of the panel of B. It starts from what C holds, from
 * the bias of its columns, or from 0. (The loop is not unrolled: V8 before version 13 moves all loads of a loop's body to its
 * beginning, and then has too few registers.)
 */
function defineTile(module: ModuleBuilder, tile: Tile): TileFunction {
  const madd = maddOf(tile);
  return module.function('tile', tileParameters, 'void', (f, p) => {
    const sums = Array.from({ length: tile.rows }, () => [f.local('v128'), f.local('v128')] as const);
    const rowOf = f.local('i32', p.c);
    f.if(
      p.accumulates,
      () => {
        for (const [left, right] of sums) {
          f.set(left, v128.load(rowOf));
          f.set(right, v128.load(rowOf, 16));
          f.increment(rowOf, p.stride);
        }
      },
      () =>
        f.if(p.bias, () => {
          const [left, right] = [f.let(v128.load(p.bias)), f.let(v128.load(p.bias, 16))];
          for (const sum of sums) {
            f.set(sum[0], left);
            f.set(sum[1], right);
          }
        }),
    );
    const left = f.local('v128');
    const right = f.local('v128');
    const end = f.let(i32.add(p.b, i32.mul(p.inner, 4 * tileColumns)));
    f.repeat(
      () => {
        f.set(left, v128.load(p.b));
        f.set(right, v128.load(p.b, 16));
        sums.forEach((sum, row) => {
          const a = f.let(v128.load32Splat(p.a, 4 * row));
          f.set(sum[0], madd(a, left, sum[0]));
          f.set(sum[1], madd(a, right, sum[1]));
        });
        f.increment(p.a, 4 * tile.rows);
        f.increment(p.b, 4 * tileColumns);
      },
      i32.ltS(p.b, end),
    );
    f.if(p.rectifies, () => {
      const zero = f.local('v128');
      for (const sum of sums.flat()) f.set(sum, f32x4.pmax(sum, zero));
    });
    f.set(rowOf, p.c);
    for (const [l, r] of sums) {
      f.do(v128.store(rowOf, l), v128.store(rowOf, r, 16));
      f.increment(rowOf, p.stride);
    }
  });
}

/**
 * All tiles of a block of C. Where a tile hangs over the edge it is computed in a corner of its own, `scratch`, which lies
 * before the panels of A: the caller leaves room for it there.
 */
function defineBlock(module: ModuleBuilder, { rows: tileRows }: Tile, multiplyTile: TileFunction): void {
  const parameters = {
    c: 'i32',
    a: 'i32',
    b: 'i32',
    rows: 'i32',
    columns: 'i32',
    inner: 'i32',
    stride: 'i32',
    accumulates: 'i32',
    bias: 'i32',
    rectifies: 'i32',
  } as const;
  module.function('block', parameters, 'void', (f, p) => {
    const scratchStride = 4 * tileColumns;
    const scratch = f.let(i32.sub(p.a, scratchBytes));
    const panelA = f.let(i32.mul(p.inner, 4 * tileRows));
    const panelB = f.let(i32.mul(p.inner, 4 * tileColumns));
    const b = f.local('i32', p.b);
    const biasHere = f.local('i32', p.bias);
    f.for({ from: 0, to: p.columns, step: tileColumns }, (j) => {
      const a = f.local('i32', p.a);
      const width = f.let(i32.sub(p.columns, j));
      const c = f.let(i32.add(p.c, i32.shl(j, 2)));
      f.for({ from: 0, to: p.rows, step: tileRows }, (i) => {
        const height = f.let(i32.sub(p.rows, i));
        const shared = { a, b, inner: p.inner, bias: biasHere, rectifies: p.rectifies };
        f.if(
          i32.and(i32.geS(width, tileColumns), i32.geS(height, tileRows)),
          () => f.do(call(multiplyTile, { ...shared, c, stride: p.stride, accumulates: p.accumulates })),
          () => {
            const copy = (
              to: Expression<'i32'>,
              toStride: Expression<'i32'> | number,
              from: Expression<'i32'>,
              fromStride: Expression<'i32'> | number,
            ): void => {
              const [target, source] = [f.local('i32', to), f.local('i32', from)];
              f.for({ from: 0, to: tileRows }, (row) => {
                f.if(i32.ltS(row, height), () => {
                  f.for({ from: 0, to: tileColumns }, (column) => {
                    f.if(i32.ltS(column, width), () => {
                      const place = f.let(i32.shl(column, 2));
                      f.do(f32.store(i32.add(target, place), f32.load(i32.add(source, place))));
                    });
                  });
                });
                f.increment(target, toStride);
                f.increment(source, fromStride);
              });
            };
            f.if(p.accumulates, () => copy(scratch, scratchStride, c, p.stride));
            f.do(
              call(multiplyTile, {
                ...shared,
                c: scratch,
                stride: scratchStride,
                accumulates: p.accumulates,
              }),
            );
            copy(c, p.stride, scratch, scratchStride);
          },
        );
        f.increment(a, panelA);
        f.increment(c, i32.mul(p.stride, tileRows));
      });
      f.increment(b, panelB);
      f.if(p.bias, () => f.increment(biasHere, 4 * tileColumns));
    });
  });
}

/** Room for one tile of up to 6 rows. */
export const scratchBytes: number = 6 * 4 * tileColumns;

/**
 * Panels of `width` lanes: for each position along inner, the elements of the lanes side by side; lanes that are missing in the last
 * panel are zeros. Fast where either lanes or inner positions lie side by side in memory; the latter is a transposition.
 */
function definePack(module: ModuleBuilder, name: string, width: number): void {
  const parameters = {
    out: 'i32',
    source: 'i32',
    laneStride: 'i32',
    innerStride: 'i32',
    lanes: 'i32',
    inner: 'i32',
  } as const;
  module.function(name, parameters, 'void', (f, p) => {
    const panelBytes = f.let(i32.mul(p.inner, 4 * width));
    /** Lanes from `first` up to the panel's width, one element at a time. */
    const scalars = (first: number, valid: Expression<'i32'>): void => {
      f.for({ from: first, to: width }, (lane) => {
        const from = f.let(i32.add(p.source, i32.mul(lane, p.laneStride)));
        const to = f.let(i32.add(p.out, i32.shl(lane, 2)));
        const end = f.let(i32.add(to, panelBytes));
        f.if(
          i32.ltS(lane, valid),
          () =>
            f.while(i32.ltS(to, end), () => {
              f.do(f32.store(to, f32.load(from)));
              f.increment(from, p.innerStride);
              f.increment(to, 4 * width);
            }),
          () =>
            f.while(i32.ltS(to, end), () => {
              f.do(f32.store(to, 0));
              f.increment(to, 4 * width);
            }),
        );
      });
    };
    const sideBySide = (): void => {
      const from = f.local('i32', p.source);
      const to = f.local('i32', p.out);
      const end = f.let(i32.add(to, panelBytes));
      f.while(i32.ltS(to, end), () => {
        for (let lane = 0; lane + 4 <= width; lane += 4) {
          f.do(v128.store(to, v128.load(from, 4 * lane), 4 * lane));
        }
        if (width % 4 === 2)
          f.do(v128.store64Lane(to, v128.load64Zero(from, 4 * width - 8), 0, 4 * width - 8));
        f.increment(from, p.innerStride);
        f.increment(to, 4 * width);
      });
    };
    const transposed = (): void => {
      for (let group = 0; group + 4 <= width; group += 4) {
        const rows = [0, 1, 2, 3].map((lane) =>
          f.let(i32.add(p.source, i32.mul(p.laneStride, group + lane))),
        );
        const to = f.let(i32.add(p.out, 4 * group));
        const end = f.let(i32.add(to, panelBytes));
        const endOfFours = f.let(i32.add(to, i32.mul(i32.and(p.inner, -4), 4 * width)));
        f.while(i32.ltS(to, endOfFours), () => {
          const columns = transpose4(
            rows.map((row) => f.let(v128.load(row))),
            (x) => f.let(x),
          );
          columns.forEach((column, k) => {
            f.do(v128.store(to, column, 4 * width * k));
          });
          for (const row of rows) f.increment(row, 16);
          f.increment(to, 16 * width);
        });
        f.while(i32.ltS(to, end), () => {
          rows.forEach((row, lane) => {
            f.do(f32.store(to, f32.load(row), 4 * lane));
            f.increment(row, 4);
          });
          f.increment(to, 4 * width);
        });
      }
      if (width % 4 > 0) scalars(width - (width % 4), p.lanes);
    };
    f.while(i32.gtS(p.lanes, 0), () => {
      f.if(
        i32.ltS(p.lanes, width),
        () => scalars(0, p.lanes),
        () =>
          f.if(i32.eq(p.laneStride, 4), sideBySide, () =>
            f.if(i32.eq(p.innerStride, 4), transposed, () => scalars(0, p.lanes)),
          ),
      );
      f.increment(p.out, panelBytes);
      f.increment(p.source, i32.mul(p.laneStride, width));
      f.increment(p.lanes, -width);
    });
  });
}

/** The transpose of a 4 by 4 matrix, given and returned as rows. */
export function transpose4(
  rows: readonly Expression<'v128'>[],
  keep: (x: Expression<'v128'>) => Local<'v128'>,
): readonly Expression<'v128'>[] {
  const [a, b, c, d] = rows as readonly [
    Expression<'v128'>,
    Expression<'v128'>,
    Expression<'v128'>,
    Expression<'v128'>,
  ];
  const low = [keep(v128.shuffle32(a, b, [0, 4, 1, 5])), keep(v128.shuffle32(c, d, [0, 4, 1, 5]))] as const;
  const high = [keep(v128.shuffle32(a, b, [2, 6, 3, 7])), keep(v128.shuffle32(c, d, [2, 6, 3, 7]))] as const;
  return [
    v128.shuffle32(low[0], low[1], [0, 1, 4, 5]),
    v128.shuffle32(low[0], low[1], [2, 3, 6, 7]),
    v128.shuffle32(high[0], high[1], [0, 1, 4, 5]),
    v128.shuffle32(high[0], high[1], [2, 3, 6, 7]),
  ];
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
