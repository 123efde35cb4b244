import { f32, f32x4, f64, f64x2, i32, v128 } from '../emitter/instructions.js';
import { type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import { forEachVector, maximumOfRow, sumOfRow, upperHalf } from './rows.js';

/** (out, x, rows, columns, bytes from row to row): one result for each row. */
export type RowReduction = (out: number, x: number, rows: number, columns: number, stride: number) => void;

/** (out, x, rows, columns, bytes from row to row, totals): one result for each column. `totals` has room for a float64 each. */
export type ColumnReduction = (
  out: number,
  x: number,
  rows: number,
  columns: number,
  stride: number,
  totals: number,
) => void;

export interface ReductionFunctions {
  readonly sumRows: RowReduction;
  readonly sumColumns: ColumnReduction;
  /** (out, x, outer, kept, inner, bytes from outer to outer): the sum over the first and the last of three axes. */
  readonly sumAround: (
    out: number,
    x: number,
    outer: number,
    kept: number,
    inner: number,
    slab: number,
  ) => void;
  /** (out, x, count): the sum of float64. */
  readonly sumWide: (out: number, x: number, count: number) => void;
  /** (x, count): the sum of the squares, in float64. */
  readonly sumSquares: (x: number, count: number) => number;
  readonly maxRows: RowReduction;
  readonly maxColumns: ColumnReduction;
}

const parameters = { out: 'i32', x: 'i32', rows: 'i32', columns: 'i32', stride: 'i32' } as const;

/** Sums in float64, rounded once, and maxima, of float32 matrices: along rows or down columns. */
export function reductionModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  module.function('sumRows', parameters, 'void', (f, p) => {
    f.for({ from: 0, to: p.rows }, () => {
      f.do(f32.store(p.out, f32.demote(sumOfRow(f, p.x, p.columns))));
      f.increment(p.x, p.stride);
      f.increment(p.out, 4);
    });
  });
  const three = { out: 'i32', x: 'i32', outer: 'i32', kept: 'i32', inner: 'i32', slab: 'i32' } as const;
  module.function('sumAround', three, 'void', (f, p) => {
    const [row, total] = [f.local('i32'), f.local('f64')];
    const bytes = f.let(i32.shl(p.inner, 2));
    f.for({ from: 0, to: p.kept }, () => {
      f.set(row, p.x);
      f.set(total, 0);
      f.for({ from: 0, to: p.outer }, () => {
        f.set(total, f64.add(total, sumOfRow(f, row, p.inner)));
        f.increment(row, p.slab);
      });
      f.do(f32.store(p.out, f32.demote(total)));
      f.increment(p.x, bytes);
      f.increment(p.out, 4);
    });
  });
  // One after the other with the errors beside the total (`reference/compensated.ts`), as the reference adds: float64 gives
  // the same bits everywhere.
  module.function('sumWide', { out: 'i32', x: 'i32', count: 'i32' }, 'void', (f, p) => {
    const end = f.let(i32.add(p.x, i32.shl(p.count, 3)));
    const total = f.local('f64');
    const error = f.local('f64');
    f.while(i32.ltU(p.x, end), () => {
      const x = f.let(f64.load(p.x));
      const next = f.let(f64.add(total, x));
      const rounded = f.let(f64.sub(next, total));
      const lost = f64.add(f64.sub(total, f64.sub(next, rounded)), f64.sub(x, rounded));
      f.set(error, f64.add(error, lost));
      f.set(total, next);
      f.increment(p.x, 8);
    });
    f.if(f64.eq(error, error), () => f.set(total, f64.add(total, error)));
    f.do(f64.store(p.out, total));
  });
  module.function('sumSquares', { x: 'i32', count: 'i32' }, 'f64', (f, { x, count }) => {
    // Squares of float32 are exact in float64. Two sums, so that neither waits for the other.
    const sums = [f.local('v128'), f.local('v128')] as const;
    forEachVector(f, x, count, 0, (value) => {
      [value, upperHalf(value)].forEach((half, i) => {
        const wide = f.let(f64x2.promoteLowF32x4(half));
        const sum = sums[i as 0 | 1];
        f.set(sum, f64x2.add(sum, f64x2.mul(wide, wide)));
      });
    });
    const pair = f.let(f64x2.add(...sums));
    f.return(f64.add(f64x2.extractLane(pair, 0), f64x2.extractLane(pair, 1)));
  });
  module.function('maxRows', parameters, 'void', (f, p) => {
    f.for({ from: 0, to: p.rows }, () => {
      f.do(f32.store(p.out, maximumOfRow(f, p.x, p.columns)));
      f.increment(p.x, p.stride);
      f.increment(p.out, 4);
    });
  });
  module.function('sumColumns', { ...parameters, totals: 'i32' }, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.columns, 2));
    const zero = f.let(f64x2.splat(0));
    f.for({ from: 0, to: bytes, step: 16 }, (i) => {
      const total = f.let(i32.add(p.totals, i32.shl(i, 1)));
      f.do(v128.store(total, zero), v128.store(total, zero, 16));
    });
    f.for({ from: 0, to: p.rows }, () => {
      f.for({ from: 0, to: bytes, step: 16 }, (i) => {
        const x = f.let(v128.load(i32.add(p.x, i)));
        const total = f.let(i32.add(p.totals, i32.shl(i, 1)));
        f.do(
          v128.store(total, f64x2.add(v128.load(total), f64x2.promoteLowF32x4(x))),
          v128.store(total, f64x2.add(v128.load(total, 16), f64x2.promoteLowF32x4(upperHalf(x))), 16),
        );
      });
      f.increment(p.x, p.stride);
    });
    f.for({ from: 0, to: bytes, step: 16 }, (i) => {
      const total = f.let(i32.add(p.totals, i32.shl(i, 1)));
      const low = f32x4.demoteF64x2Zero(v128.load(total));
      const high = f32x4.demoteF64x2Zero(v128.load(total, 16));
      f.do(v128.store(i32.add(p.out, i), v128.shuffle32(low, high, [0, 1, 4, 5])));
    });
  });
  module.function('maxColumns', { ...parameters, totals: 'i32' }, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.columns, 2));
    const start = f.let(f32x4.splat(Number.NEGATIVE_INFINITY));
    f.for({ from: 0, to: bytes, step: 16 }, (i) => f.do(v128.store(i32.add(p.out, i), start)));
    f.for({ from: 0, to: p.rows }, () => {
      f.for({ from: 0, to: bytes, step: 16 }, (i) => {
        const largest = f.let(i32.add(p.out, i));
        f.do(v128.store(largest, f32x4.max(v128.load(largest), v128.load(i32.add(p.x, i)))));
      });
      f.increment(p.x, p.stride);
    });
  });
  return module.toBytes();
}
