import type { Expression } from '../emitter/expression.js';
import { f32x4, i32, v128 } from '../emitter/instructions.js';
import type { ModuleBuilder } from '../emitter/module.js';

/**
 * (out, source, planes, height, width, rows of zeros above, zeros before each row, width of a row with its zeros, bytes from plane to
 * plane of out, bytes of out)
 */
export type FrameFunction = (
  out: number,
  source: number,
  planes: number,
  height: number,
  width: number,
  above: number,
  before: number,
  outWidth: number,
  planeBytes: number,
  bytes: number,
) => void;

/** (out, source, planes, height, width, bytes from row to row and from plane to plane of source) */
export type CropFunction = (
  out: number,
  source: number,
  planes: number,
  height: number,
  width: number,
  rowBytes: number,
  planeBytes: number,
) => void;

/** Planes with zeros around them, up to the last byte of `out`: each vector that runs over is followed by what belongs there. */
export function defineFrame(module: ModuleBuilder): void {
  const parameters = {
    out: 'i32',
    source: 'i32',
    planes: 'i32',
    height: 'i32',
    width: 'i32',
    above: 'i32',
    before: 'i32',
    outWidth: 'i32',
    planeBytes: 'i32',
    bytes: 'i32',
  } as const;
  module.function('frame', parameters, 'void', (f, p) => {
    const zero = f.let(f32x4.splat(0));
    const fill = (from: Expression<'i32'>, to: Expression<'i32'>): void =>
      f.forAddresses({ from, to, step: 16 }, (at) => f.do(v128.store(at, zero)));
    const rowBytes = f.let(i32.shl(p.width, 2));
    const outRowBytes = f.let(i32.shl(p.outWidth, 2));
    const lead = f.let(i32.shl(i32.add(i32.mul(p.above, p.outWidth), p.before), 2));
    const end = f.let(i32.add(p.out, p.bytes));
    f.for({ from: 0, to: p.planes }, () => {
      const row = f.local('i32', i32.add(p.out, lead));
      fill(p.out, row);
      f.for({ from: 0, to: p.height }, () => {
        const rowEnd = f.let(i32.add(row, rowBytes));
        const next = f.let(i32.add(row, outRowBytes));
        const from = f.local('i32', p.source);
        f.forAddresses({ from: row, to: rowEnd, step: 16 }, (at) => {
          f.do(v128.store(at, v128.load(from)));
          f.increment(from, 16);
        });
        fill(rowEnd, next);
        f.set(row, next);
        f.increment(p.source, rowBytes);
      });
      f.increment(p.out, p.planeBytes);
      fill(row, p.out);
    });
    fill(p.out, end);
  });
}

/** Rows out of longer ones, and not a byte beyond their end: another thread may be at work there. */
export function defineCrop(module: ModuleBuilder): void {
  const parameters = {
    out: 'i32',
    source: 'i32',
    planes: 'i32',
    height: 'i32',
    width: 'i32',
    rowBytes: 'i32',
    planeBytes: 'i32',
  } as const;
  module.function('crop', parameters, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.width, 2));
    const wholeBytes = f.let(i32.and(bytes, -16));
    f.for({ from: 0, to: p.planes }, () => {
      const row = f.local('i32', p.source);
      f.for({ from: 0, to: p.height }, () => {
        const from = f.local('i32', row);
        const wholeEnd = f.let(i32.add(p.out, wholeBytes));
        f.while(i32.ltU(p.out, wholeEnd), () => {
          f.do(v128.store(p.out, v128.load(from)));
          f.increment(p.out, 16);
          f.increment(from, 16);
        });
        f.if(i32.and(bytes, 8), () => {
          f.do(v128.store64Lane(p.out, v128.load(from), 0));
          f.increment(p.out, 8);
          f.increment(from, 8);
        });
        f.if(i32.and(bytes, 4), () => {
          f.do(v128.store32Lane(p.out, v128.load(from), 0));
          f.increment(p.out, 4);
        });
        f.increment(row, p.rowBytes);
      });
      f.increment(p.source, p.planeBytes);
    });
  });
}
