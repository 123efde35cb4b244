import type { Expression } from '../emitter/expression.js';
import { f32, f32x4, i32, v128 } from '../emitter/instructions.js';
import { call, type Callee, type ModuleBuilder } from '../emitter/module.js';

/** The register tile: how much of C one inner loop keeps in registers, and how it multiplies. */
export interface Tile {
  /** Rows of C; its columns are `tileColumns`. */
  readonly rows: 4 | 6;
  /** Multiplies and adds with one instruction; needs an engine with relaxed SIMD. */
  readonly fused: boolean;
}

export const tileColumns = 8;

type Madd = (a: Expression<'v128'>, b: Expression<'v128'>, c: Expression<'v128'>) => Expression<'v128'>;

export function maddOf(tile: Tile): Madd {
  return tile.fused ? f32x4.relaxedMadd : (a, b, c) => f32x4.add(c, f32x4.mul(a, b));
}

/** Room for one tile of up to 6 rows. */
export const scratchBytes: number = 6 * 4 * tileColumns;

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
export function defineTile(module: ModuleBuilder, tile: Tile): TileFunction {
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
      i32.ltU(p.b, end),
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
export function defineBlock(
  module: ModuleBuilder,
  { rows: tileRows }: Tile,
  multiplyTile: TileFunction,
): void {
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
