import type { Expression } from '../emitter/expression.js';
import type { Local } from '../emitter/function.js';
import { f32x4, i32, i32x4, v128 } from '../emitter/instructions.js';
import type { ModuleBuilder } from '../emitter/module.js';

/** (out, x, planes, height, width, windows down and across, taps down and across, strides and dilations down and across) */
export type LargestFunction = (
  out: number,
  x: number,
  planes: number,
  height: number,
  width: number,
  windowsDown: number,
  windowsAcross: number,
  tapsDown: number,
  tapsAcross: number,
  strideDown: number,
  strideAcross: number,
  dilationDown: number,
  dilationAcross: number,
) => void;

const parameters = {
  out: 'i32',
  x: 'i32',
  planes: 'i32',
  height: 'i32',
  width: 'i32',
  windowsDown: 'i32',
  windowsAcross: 'i32',
  tapsDown: 'i32',
  tapsAcross: 'i32',
  strideDown: 'i32',
  strideAcross: 'i32',
  dilationDown: 'i32',
  dilationAcross: 'i32',
} as const;

/**
 * Where in its plane the largest element of each window is, of four neighboring windows at a time. What is computed for windows beyond
 * the end of a row is overwritten by the next row, or lies in the padding of the block.
 */
export function defineLargest(module: ModuleBuilder): void {
  module.function('largest', parameters, 'void', (f, p) => {
    const rowBytes = f.let(i32.shl(p.width, 2));
    const laneSteps = [1, 2, 3].map((lane) => f.let(i32.mul(p.strideAcross, 4 * lane)));
    const lanes = f.local('v128', i32x4.const(0, 1, 2, 3));
    const across = f.let(i32x4.mul(lanes, i32x4.splat(p.strideAcross)));
    const largest = f.local('v128');
    const position = f.local('v128');
    const value = f.local('v128');
    const windowsEnd = f.let(i32.mul(p.strideAcross, p.windowsAcross));
    /** A window's first element, then what is larger, and once NaN, always NaN. */
    const see = (element: Expression<'v128'>, index: Expression<'v128'>): void => {
      const isNone = f32x4.ne(element, element);
      const isNew = v128.or(f32x4.gt(element, largest), v128.and(isNone, f32x4.eq(largest, largest)));
      const isFound = f.let(isNew);
      f.set(largest, v128.bitselect(element, largest, isFound));
      f.set(position, v128.bitselect(index, position, isFound));
    };
    const isInPairs = f.let(
      [p.tapsDown, p.tapsAcross, p.strideAcross]
        .map((extent) => i32.eq(extent, 2))
        .concat(i32.eq(p.dilationAcross, 1))
        .reduce((a, b) => i32.and(a, b)),
    );
    /** Windows of 2 by 2, side by side: eight neighbors of two rows. */
    const ofPairs = (start: Local<'i32'>): void => {
      const address = f.let(i32.add(p.x, i32.shl(start, 2)));
      const below = f.let(i32.mul(p.dilationDown, rowBytes));
      const first = f.let(i32x4.add(i32x4.splat(start), across));
      const second = f.let(i32x4.add(first, i32x4.splat(i32.mul(p.dilationDown, p.width))));
      const one = f.let(i32x4.splat(1));
      const pairs = [address, i32.add(address, below)].map((row) => {
        const [near, far] = [f.let(v128.load(row)), f.let(v128.load(row, 16))];
        return [v128.shuffle32(near, far, [0, 2, 4, 6]), v128.shuffle32(near, far, [1, 3, 5, 7])] as const;
      });
      f.set(position, first);
      f.set(largest, pairs[0]![0]);
      see(f.let(pairs[0]![1]), i32x4.add(first, one));
      see(f.let(pairs[1]![0]), second);
      see(f.let(pairs[1]![1]), i32x4.add(second, one));
    };
    const ofAny = (start: Local<'i32'>): void => {
      const row = f.local('i32', start);
      f.set(position, i32x4.splat(-1));
      f.set(largest, f32x4.splat(Number.NEGATIVE_INFINITY));
      f.for({ from: 0, to: p.tapsDown }, () => {
        const at = f.local('i32', row);
        f.for({ from: 0, to: p.tapsAcross }, () => {
          const address = f.let(i32.add(p.x, i32.shl(at, 2)));
          f.if(
            i32.eq(p.strideAcross, 2),
            () => f.set(value, v128.shuffle32(v128.load(address), v128.load(address, 16), [0, 2, 4, 6])),
            () =>
              f.if(
                i32.eq(p.strideAcross, 1),
                () => f.set(value, v128.load(address)),
                () => {
                  const [b, c, d] = laneSteps.map((step) => v128.load32Zero(i32.add(address, step)));
                  const lower = v128.shuffle32(v128.load32Zero(address), b!, [0, 4, 0, 4]);
                  const upper = v128.shuffle32(c!, d!, [0, 4, 0, 4]);
                  f.set(value, v128.shuffle32(lower, upper, [0, 1, 4, 5]));
                },
              ),
          );
          // The first element, then what is larger, and once NaN, always NaN.
          const isNone = f32x4.ne(value, value);
          const isNew = v128.or(
            i32x4.eq(position, i32x4.splat(-1)),
            v128.or(f32x4.gt(value, largest), v128.and(isNone, f32x4.eq(largest, largest))),
          );
          const isFound = f.let(isNew);
          f.set(largest, v128.bitselect(value, largest, isFound));
          f.set(position, v128.bitselect(i32x4.add(i32x4.splat(at), across), position, isFound));
          f.increment(at, p.dilationAcross);
        });
        f.increment(row, i32.mul(p.dilationDown, p.width));
      });
    };
    f.for({ from: 0, to: p.planes }, () => {
      const top = f.local('i32', 0);
      f.for({ from: 0, to: p.windowsDown }, () => {
        const left = f.local('i32', 0);
        f.while(i32.ltS(left, windowsEnd), () => {
          const start = f.let(i32.add(i32.mul(top, p.width), left));
          f.if(
            isInPairs,
            () => ofPairs(start),
            () => ofAny(start),
          );
          f.do(v128.store(p.out, position));
          f.increment(p.out, 16);
          f.increment(left, i32.shl(p.strideAcross, 2));
        });
        // Back from where the last vector ended to where the row did.
        const windows = i32.and(i32.add(p.windowsAcross, 3), -4);
        f.increment(p.out, i32.shl(i32.sub(p.windowsAcross, windows), 2));
        f.increment(top, p.strideDown);
      });
      f.increment(p.x, i32.mul(p.height, rowBytes));
    });
  });
}
