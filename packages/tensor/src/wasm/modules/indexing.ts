import { f32, f32x4, f64, i32, i32x4, v128 } from '../emitter/instructions.js';
import { type ImportedMemory, ModuleBuilder } from '../emitter/module.js';

/** (out, x, indices, rows, extent of x along a row, indices in a row): 1, or 0 for an index out of range. */
export type GatherFunction = (
  out: number,
  x: number,
  indices: number,
  rows: number,
  extent: number,
  count: number,
) => number;

/** (out, x, indices, updates, rows, extent, indices in a row, totals): the same; `totals` has room for a float64 for each of the extent. */
export type ScatterFunction = (
  out: number,
  x: number,
  indices: number,
  updates: number,
  rows: number,
  extent: number,
  count: number,
  totals: number,
) => number;

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

export interface IndexingFunctions {
  readonly gather: GatherFunction;
  readonly scatter: ScatterFunction;
  readonly largest: LargestFunction;
}

const rowParameters = { rows: 'i32', extent: 'i32', count: 'i32' } as const;

/** Elements of rows picked by index, and added to by index; where the largest elements of windows are. */
export function indexingModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);

  module.function('gather', { out: 'i32', x: 'i32', indices: 'i32', ...rowParameters }, 'i32', (f, p) => {
    const index = f.local('i32');
    f.for({ from: 0, to: p.rows }, () => {
      f.for({ from: 0, to: p.count }, () => {
        f.set(index, i32.load(p.indices));
        // As an unsigned number, a negative index is beyond the end too.
        f.if(i32.geU(index, p.extent), () => f.return(f.local('i32', 0)));
        f.do(i32.store(p.out, i32.load(i32.add(p.x, i32.shl(index, 2)))));
        f.increment(p.indices, 4);
        f.increment(p.out, 4);
      });
      f.increment(p.x, i32.shl(p.extent, 2));
    });
    f.return(f.local('i32', 1));
  });

  // Many updates may meet in one element: they are added up in float64, a row at a time, and rounded once.
  const scatterParameters = {
    out: 'i32',
    x: 'i32',
    indices: 'i32',
    updates: 'i32',
    ...rowParameters,
    totals: 'i32',
  } as const;
  module.function('scatter', scatterParameters, 'i32', (f, p) => {
    const index = f.local('i32');
    const total = f.local('i32');
    f.for({ from: 0, to: p.rows }, () => {
      f.set(total, p.totals);
      f.for({ from: 0, to: p.extent }, () => {
        f.do(f64.store(total, f64.promote(f32.load(p.x))));
        f.increment(total, 8);
        f.increment(p.x, 4);
      });
      f.for({ from: 0, to: p.count }, () => {
        f.set(index, i32.load(p.indices));
        f.if(i32.geU(index, p.extent), () => f.return(f.local('i32', 0)));
        f.set(total, i32.add(p.totals, i32.shl(index, 3)));
        f.do(f64.store(total, f64.add(f64.load(total), f64.promote(f32.load(p.updates)))));
        f.increment(p.indices, 4);
        f.increment(p.updates, 4);
      });
      f.set(total, p.totals);
      f.for({ from: 0, to: p.extent }, () => {
        f.do(f32.store(p.out, f32.demote(f64.load(total))));
        f.increment(total, 8);
        f.increment(p.out, 4);
      });
    });
    f.return(f.local('i32', 1));
  });

  const largestParameters = {
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
  /*
   * Four neighboring windows at a time. What is computed for windows beyond the end of a row is overwritten by the next row, or
   * lies in the padding of the block.
   */
  module.function('largest', largestParameters, 'void', (f, p) => {
    const rowBytes = f.let(i32.shl(p.width, 2));
    const laneSteps = [1, 2, 3].map((lane) => f.let(i32.mul(p.strideAcross, 4 * lane)));
    const lanes = f.local('v128', i32x4.const(0, 1, 2, 3));
    const across = f.let(i32x4.mul(lanes, i32x4.splat(p.strideAcross)));
    const largest = f.local('v128');
    const position = f.local('v128');
    const value = f.local('v128');
    const windowsEnd = f.let(i32.mul(p.strideAcross, p.windowsAcross));
    f.for({ from: 0, to: p.planes }, () => {
      const top = f.local('i32', 0);
      f.for({ from: 0, to: p.windowsDown }, () => {
        const left = f.local('i32', 0);
        f.while(i32.ltS(left, windowsEnd), () => {
          const start = f.let(i32.add(i32.mul(top, p.width), left));
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
  return module.toBytes();
}
