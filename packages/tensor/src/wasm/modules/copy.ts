import type { Local } from '../emitter/function.js';
import { f32, i32, v128 } from '../emitter/instructions.js';
import { type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import { transpose4 } from './transpose.js';

/** (out, in, rows, columns, bytes from row to row and from column to column of `in`): out is filled row after row. */
export type CopyFunction = (
  out: number,
  source: number,
  rows: number,
  columns: number,
  rowStride: number,
  columnStride: number,
) => void;

/** Copies of 4-byte elements from any strides into row-major order. */
export function copyModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  const parameters = {
    out: 'i32',
    source: 'i32',
    rows: 'i32',
    columns: 'i32',
    rowStride: 'i32',
    columnStride: 'i32',
  } as const;
  module.function('copy', parameters, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.columns, 2));

    /** One row after the other, vector by vector; the last vector runs over into the next row. */
    const alongRows = (): void => {
      f.for({ from: 0, to: p.rows }, () => {
        f.for({ from: 0, to: bytes, step: 16 }, (i) => {
          f.do(v128.store(i32.add(p.out, i), v128.load(i32.add(p.source, i))));
        });
        f.increment(p.out, bytes);
        f.increment(p.source, p.rowStride);
      });
    };

    /** A matrix that lies column after column, in squares of 4 by 4. */
    const transposed = (): void => {
      const [rowsOfFours, columnsOfFours] = [f.let(i32.and(p.rows, -4)), f.let(i32.and(p.columns, -4))];
      f.for({ from: 0, to: rowsOfFours, step: 4 }, (i) => {
        const source = f.let(i32.add(p.source, i32.shl(i, 2)));
        const out = f.let(i32.add(p.out, i32.mul(i, bytes)));
        const threeColumns = f.let(i32.mul(p.columnStride, 3));
        const threeRows = f.let(i32.mul(bytes, 3));
        f.for({ from: 0, to: columnsOfFours, step: 4 }, () => {
          const columns = [
            f.let(v128.load(source)),
            f.let(v128.load(i32.add(source, p.columnStride))),
            f.let(v128.load(i32.add(source, i32.shl(p.columnStride, 1)))),
            f.let(v128.load(i32.add(source, threeColumns))),
          ];
          const [a, b, c, d] = transpose4(columns, (x) => f.let(x));
          f.do(
            v128.store(out, a!),
            v128.store(i32.add(out, bytes), b!),
            v128.store(i32.add(out, i32.shl(bytes, 1)), c!),
            v128.store(i32.add(out, threeRows), d!),
          );
          f.increment(source, i32.shl(p.columnStride, 2));
          f.increment(out, 16);
        });
      });
      // What is left over at the right and at the bottom.
      f.for({ from: 0, to: p.rows }, (i) => {
        const first = f.local('i32', 0);
        f.if(i32.ltS(i, rowsOfFours), () => f.set(first, columnsOfFours));
        scalars(i, first);
      });
    };

    const scalars = (i: Local<'i32'>, first: Local<'i32'>): void => {
      const source = f.let(
        i32.add(p.source, i32.add(i32.mul(i, p.rowStride), i32.mul(first, p.columnStride))),
      );
      const out = f.let(i32.add(p.out, i32.add(i32.mul(i, bytes), i32.shl(first, 2))));
      f.for({ from: first, to: p.columns }, () => {
        f.do(f32.store(out, f32.load(source)));
        f.increment(source, p.columnStride);
        f.increment(out, 4);
      });
    };

    f.if(i32.eq(p.columnStride, 4), alongRows, () =>
      f.if(i32.eq(p.rowStride, 4), transposed, () => {
        const zero = f.local('i32', 0);
        f.for({ from: 0, to: p.rows }, (i) => scalars(i, zero));
      }),
    );
  });
  return module.toBytes();
}
