import type { Expression } from '../emitter/expression.js';
import type { Body, Local } from '../emitter/function.js';
import { f32, f32x4, i32, v128 } from '../emitter/instructions.js';
import { type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import { forEachVector } from './rows.js';

/**
 * (address of the columns, address of an image; its channels, height, width; taps down and across; windows down and
 * across; stride, zeros before, and dilation, each down and across)
 */
export type ColumnsFunction = (
  columns: number,
  image: number,
  channels: number,
  height: number,
  width: number,
  tapsDown: number,
  tapsAcross: number,
  windowsDown: number,
  windowsAcross: number,
  strideDown: number,
  strideAcross: number,
  before: number,
  beforeAcross: number,
  dilationDown: number,
  dilationAcross: number,
) => void;

export interface ConvolutionFunctions {
  /** From an image to the matrix of its windows, [channels taps, windows]; zeros where a window hangs over the edge. */
  readonly toColumns: ColumnsFunction;
  /** The adjoint: adds every element of the matrix to the element of the image that it was read from. */
  readonly addColumns: ColumnsFunction;
  /** (x, count): 1 if all are finite, else 0. */
  readonly areFinite: (x: number, count: number) => number;
}

const parameters = {
  columns: 'i32',
  image: 'i32',
  channels: 'i32',
  height: 'i32',
  width: 'i32',
  tapsDown: 'i32',
  tapsAcross: 'i32',
  windowsDown: 'i32',
  windowsAcross: 'i32',
  strideDown: 'i32',
  strideAcross: 'i32',
  before: 'i32',
  beforeAcross: 'i32',
  dilationDown: 'i32',
  dilationAcross: 'i32',
} as const;

/** One row of windows for one tap: where it lies in the matrix, and which of its elements an image row has. */
interface Run {
  readonly out: Local<'i32'>;
  /** The windows from `first` up to `end` have an element of the image under this tap; both may be 0. */
  readonly first: Local<'i32'>;
  readonly end: Local<'i32'>;
  /** The address of the element under the first of them; meaningless if there are none. */
  readonly source: Local<'i32'>;
}

/**
 * A convolution is a product of matrices once each window is written down as a column. The matrix is as large as the
 * image times the taps, and is made for one image at a time, so that it stays in the cache.
 */
export function convolutionModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  module.function('toColumns', parameters, 'void', (f, p) => {
    const zero = f.let(f32x4.splat(0));
    const strideBytes = f.let(i32.shl(p.strideAcross, 2));
    const fill = (from: Expression<'i32'>, to: Expression<'i32'>): void =>
      f.forAddresses({ from, to, step: 16 }, (at) => f.do(v128.store(at, zero)));
    // What a vector writes beyond its part is written anew by the next part, or the next row, or lies in the padding of the block.
    forEachRun(f, p, ({ out, first, end, source }) => {
      const from = f.let(i32.add(out, i32.shl(first, 2)));
      const to = f.let(i32.add(out, i32.shl(end, 2)));
      fill(out, from);
      f.if(
        i32.eq(p.strideAcross, 1),
        () => {
          f.forAddresses({ from, to, step: 16 }, (at) => {
            f.do(v128.store(at, v128.load(source)));
            f.increment(source, 16);
          });
        },
        () => {
          f.forAddresses({ from, to, step: 4 }, (at) => {
            f.do(f32.store(at, f32.load(source)));
            f.increment(source, strideBytes);
          });
        },
      );
      fill(to, f.let(i32.add(out, i32.shl(p.windowsAcross, 2))));
    });
  });
  module.function('addColumns', parameters, 'void', (f, p) => {
    const strideBytes = f.let(i32.shl(p.strideAcross, 2));
    forEachRun(f, p, ({ out, first, end, source }) => {
      const at = f.local('i32', i32.add(out, i32.shl(first, 2)));
      const to = f.let(i32.add(out, i32.shl(end, 2)));
      f.if(i32.eq(p.strideAcross, 1), () => {
        f.while(i32.leU(i32.add(at, 16), to), () => {
          f.do(v128.store(source, f32x4.add(v128.load(source), v128.load(at))));
          f.increment(source, 16);
          f.increment(at, 16);
        });
      });
      f.while(i32.ltU(at, to), () => {
        f.do(f32.store(source, f32.add(f32.load(source), f32.load(at))));
        f.increment(source, strideBytes);
        f.increment(at, 4);
      });
    });
  });
  module.function('areFinite', { x: 'i32', count: 'i32' }, 'i32', (f, { x, count }) => {
    const differs = f.local('v128');
    forEachVector(f, x, count, 0, (value) => {
      const difference = f.let(f32x4.sub(value, value)); // NaN but for finite numbers
      f.set(differs, v128.or(differs, f32x4.ne(difference, difference)));
    });
    f.return(i32.eqz(v128.anyTrue(differs)));
  });
  return module.toBytes();
}

/** All taps of all channels, and for each of them all rows of windows, in the order of the matrix. */
function forEachRun(
  f: Body,
  p: { readonly [K in keyof typeof parameters]: Local<'i32'> },
  visit: (run: Run) => void,
): void {
  const out = f.local('i32', p.columns);
  const image = f.local('i32', p.image);
  const rowBytes = f.let(i32.shl(p.width, 2));
  const windowBytes = f.let(i32.shl(p.windowsAcross, 2));
  const imageBytes = f.let(i32.mul(p.height, rowBytes));
  f.for({ from: 0, to: p.channels }, () => {
    f.for({ from: 0, to: p.tapsDown }, (tapDown) => {
      f.for({ from: 0, to: p.tapsAcross }, (tapAcross) => {
        const shift = f.let(i32.sub(i32.mul(tapAcross, p.dilationAcross), p.beforeAcross));
        const within = windowsWithin(f, shift, p.strideAcross, p.width, p.windowsAcross);
        const start = f.let(i32.add(shift, i32.mul(within.first, p.strideAcross)));
        const row = f.local('i32', i32.sub(i32.mul(tapDown, p.dilationDown), p.before));
        f.for({ from: 0, to: p.windowsDown }, () => {
          const isRow = i32.and(i32.geS(row, 0), i32.ltS(row, p.height));
          const first = f.local('i32', 0);
          const end = f.local('i32', 0);
          f.if(isRow, () => {
            f.set(first, within.first);
            f.set(end, within.end);
          });
          const source = f.let(i32.add(image, i32.add(i32.mul(row, rowBytes), i32.shl(start, 2))));
          visit({ out, first, end, source });
          f.increment(out, windowBytes);
          f.increment(row, p.strideDown);
        });
      });
    });
    f.increment(image, imageBytes);
  });
}

/** The windows i for which i stride + shift is in [0, extent): from `first` up to `end`, none where they are equal. */
function windowsWithin(
  f: Body,
  shift: Expression<'i32'>,
  stride: Expression<'i32'>,
  extent: Expression<'i32'>,
  count: Expression<'i32'>,
): { first: Local<'i32'>; end: Local<'i32'> } {
  const first = f.local('i32', 0);
  const end = f.local('i32', 0);
  f.if(i32.ltS(shift, 0), () => f.set(first, i32.divU(i32.sub(i32.sub(stride, 1), shift), stride)));
  const last = f.let(i32.sub(i32.sub(extent, 1), shift));
  f.if(i32.geS(last, 0), () => f.set(end, i32.add(i32.divU(last, stride), 1)));
  f.if(i32.gtS(end, count), () => f.set(end, count));
  f.if(i32.gtS(first, end), () => {
    f.set(first, 0);
    f.set(end, 0);
  });
  return { first, end };
}
