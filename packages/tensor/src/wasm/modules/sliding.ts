import { f32, f32x4, i32, select, v128 } from '../emitter/instructions.js';
import { call, type Callee, type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import type { Local } from '../emitter/function.js';
import { type CropFunction, defineCrop, defineFrame, type FrameFunction } from './frames.js';
import { maddOf, type Tile, tileColumns } from './matmul-tile.js';

/** (c, panels of the weights, framed images, offsets in bytes of the taps, rows, columns, taps, bytes from row to row of c) */
export type SlideFunction = (
  c: number,
  a: number,
  b: number,
  offsets: number,
  rows: number,
  columns: number,
  taps: number,
  stride: number,
) => void;

/**
 * (out, cotangents, framed images, offsets in bytes of the taps, rows, taps, bytes of a plane of cotangents that count, bytes from plane
 * to plane, images, bytes from image to image of both, whether to add to out): a vector of four partial sums for each row and tap
 */
export type CorrelateFunction = (
  out: number,
  g: number,
  x: number,
  offsets: number,
  rows: number,
  taps: number,
  bytes: number,
  planeG: number,
  images: number,
  imageG: number,
  imageX: number,
  accumulates: number,
) => void;

/** (out, partial sums, rows, taps, bytes from row to row of the partial sums) */
export type FoldFunction = (out: number, source: number, rows: number, taps: number, stride: number) => void;

export interface SlidingFunctions {
  readonly frame: FrameFunction;
  readonly crop: CropFunction;
  readonly slide: SlideFunction;
  readonly correlate: CorrelateFunction;
  readonly fold: FoldFunction;
}

/** How many taps `correlate` takes at a time: their number must be a multiple. */
export const tapsTogether = 2;
const rowsTogether = 4;

/**
 * Convolutions with steps of 1, without a matrix of windows. In an image with zeros around it, whose rows lie one after the other, the
 * element under a tap of the window at place j is at j plus an offset that is the same for all windows: for each channel
 * and tap, the windows see the image itself, shifted. Windows that begin near the end of a row and reach into the next one
 * are computed as well, and left out when the result is cut.
 */
export function slidingModule(memory: ImportedMemory, tile: Tile): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  defineFrame(module);
  defineCrop(module);
  defineSlide(module, tile, defineTile(module, tile));
  defineCorrelate(module, tile);
  defineFold(module);
  return module.toBytes();
}

const tileParameters = { c: 'i32', a: 'i32', b: 'i32', offsets: 'i32', end: 'i32', stride: 'i32' } as const;
type TileFunction = Callee<typeof tileParameters, 'void'>;

/** A few filters at 8 neighboring places, in registers, as in `matmul-tile.ts`. */
function defineTile(module: ModuleBuilder, tile: Tile): TileFunction {
  const madd = maddOf(tile);
  return module.function('tile', tileParameters, 'void', (f, p) => {
    const sums = Array.from({ length: tile.rows }, () => [f.local('v128'), f.local('v128')] as const);
    f.repeat(
      () => {
        const place = f.let(i32.add(p.b, i32.load(p.offsets)));
        const [left, right] = [f.let(v128.load(place)), f.let(v128.load(place, 16))];
        sums.forEach((sum, row) => {
          const a = f.let(v128.load32Splat(p.a, 4 * row));
          f.set(sum[0], madd(a, left, sum[0]));
          f.set(sum[1], madd(a, right, sum[1]));
        });
        f.increment(p.a, 4 * tile.rows);
        f.increment(p.offsets, 4);
      },
      i32.ltU(p.offsets, p.end),
    );
    for (const [left, right] of sums) {
      f.do(v128.store(p.c, left), v128.store(p.c, right, 16));
      f.increment(p.c, p.stride);
    }
  });
}

/** All filters at all places. c has room for whole tiles. */
function defineSlide(module: ModuleBuilder, { rows: tileRows }: Tile, multiplyTile: TileFunction): void {
  const parameters = {
    c: 'i32',
    a: 'i32',
    b: 'i32',
    offsets: 'i32',
    rows: 'i32',
    columns: 'i32',
    taps: 'i32',
    stride: 'i32',
  } as const;
  module.function('slide', parameters, 'void', (f, p) => {
    const end = f.let(i32.add(p.offsets, i32.shl(p.taps, 2)));
    const panel = f.let(i32.mul(p.taps, 4 * tileRows));
    const tileBytes = f.let(i32.mul(p.stride, tileRows));
    f.for({ from: 0, to: p.columns, step: tileColumns }, () => {
      const [a, c] = [f.local('i32', p.a), f.local('i32', p.c)];
      f.for({ from: 0, to: p.rows, step: tileRows }, () => {
        f.do(call(multiplyTile, { c, a, b: p.b, offsets: p.offsets, end, stride: p.stride }));
        f.increment(a, panel);
        f.increment(c, tileBytes);
      });
      f.increment(p.b, 4 * tileColumns);
      f.increment(p.c, 4 * tileColumns);
    });
  });
}

/**
 * The sum over all places of each cotangent times what each tap sees there: both lie side by side, so that four places are taken
 * at a time and nothing need be packed. Cotangents are 0 where no window begins.
 */
function defineCorrelate(module: ModuleBuilder, tile: Tile): void {
  const madd = maddOf(tile);
  const parameters = {
    out: 'i32',
    g: 'i32',
    x: 'i32',
    offsets: 'i32',
    rows: 'i32',
    taps: 'i32',
    bytes: 'i32',
    planeG: 'i32',
    images: 'i32',
    imageG: 'i32',
    imageX: 'i32',
    accumulates: 'i32',
  } as const;
  module.function('correlate', parameters, 'void', (f, p) => {
    const outRow = f.let(i32.shl(p.taps, 4));
    const sums = Array.from({ length: rowsTogether }, () =>
      Array.from({ length: tapsTogether }, () => f.local('v128')),
    );
    const forEachSum = (
      visit: (sum: Local<'v128'>, row: Local<'i32'>, tap: number) => void,
      out: Local<'i32'>,
    ): void => {
      const row = f.local('i32', out);
      for (const list of sums) {
        for (const [tap, sum] of list.entries()) visit(sum, row, tap);
        f.increment(row, outRow);
      }
    };
    f.for({ from: 0, to: p.rows, step: rowsTogether }, (i) => {
      // Of rows that there are not, the last one is computed again.
      const planes = Array.from({ length: rowsTogether }, (_, row) => {
        const place = f.let(i32.add(i, row));
        const last = f.let(i32.sub(p.rows, 1));
        return f.let(i32.mul(p.planeG, select(place, last, i32.leS(place, last))));
      });
      const out = f.local('i32', p.out);
      const tap = f.local('i32', p.offsets);
      f.for({ from: 0, to: p.taps, step: tapsTogether }, () => {
        f.if(
          p.accumulates,
          () => forEachSum((sum, row, k) => f.set(sum, v128.load(row, 16 * k)), out),
          () => forEachSum((sum) => f.set(sum, f32x4.splat(0)), out),
        );
        const [g, x] = [f.local('i32', p.g), f.local('i32', p.x)];
        f.for({ from: 0, to: p.images }, () => {
          const gs = planes.map((plane) => f.local('i32', i32.add(g, plane)));
          const xs = sums[0]!.map((_, k) => f.local('i32', i32.add(x, i32.load(tap, 4 * k))));
          const end = f.let(i32.add(gs[0]!, p.bytes));
          f.repeat(
            () => {
              const seen = xs.map((at) => f.let(v128.load(at)));
              sums.forEach((list, row) => {
                const cotangents = f.let(v128.load(gs[row]!));
                for (const [k, sum] of list.entries()) f.set(sum, madd(cotangents, seen[k]!, sum));
              });
              for (const at of [...xs, ...gs]) f.increment(at, 16);
            },
            i32.ltU(gs[0]!, end),
          );
          f.increment(g, p.imageG);
          f.increment(x, p.imageX);
        });
        forEachSum((sum, row, k) => f.do(v128.store(row, sum, 16 * k)), out);
        f.increment(out, 16 * tapsTogether);
        f.increment(tap, 4 * tapsTogether);
      });
      f.increment(p.out, i32.mul(outRow, rowsTogether));
    });
  });
}

/** Each vector of partial sums as their sum. */
function defineFold(module: ModuleBuilder): void {
  const parameters = { out: 'i32', source: 'i32', rows: 'i32', taps: 'i32', stride: 'i32' } as const;
  module.function('fold', parameters, 'void', (f, p) => {
    f.for({ from: 0, to: p.rows }, () => {
      const from = f.local('i32', p.source);
      f.for({ from: 0, to: p.taps }, () => {
        const sums = f.let(v128.load(from));
        const pairs = f.let(f32x4.add(sums, v128.shuffle32(sums, sums, [2, 3, 2, 3])));
        f.do(f32.store(p.out, f32.add(f32x4.extractLane(pairs, 0), f32x4.extractLane(pairs, 1))));
        f.increment(p.out, 4);
        f.increment(from, 16);
      });
      f.increment(p.source, p.stride);
    });
  });
}
