import { f32, f64, i32, v128 } from '../emitter/instructions.js';
import { type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import { defineLargest, type LargestFunction } from './largest.js';

/** (out, x, indices, rows, extent of x along a row, indices in a row, where 1 is written if an index is out of range) */
export type GatherFunction = (
  out: number,
  x: number,
  indices: number,
  rows: number,
  extent: number,
  count: number,
  failed: number,
) => void;

/**
 * (out, x, bytes from row to row of x, indices, updates, rows, extent, indices in a row, as above, totals, marks): `totals` has room for a
 * float64 for each of the extent, `marks` for an int32
 */
export type ScatterFunction = (
  out: number,
  x: number,
  strideX: number,
  indices: number,
  updates: number,
  rows: number,
  extent: number,
  count: number,
  failed: number,
  totals: number,
  marks: number,
) => void;

export interface IndexingFunctions {
  readonly gather: GatherFunction;
  readonly scatter: ScatterFunction;
  readonly largest: LargestFunction;
}

const rowParameters = { rows: 'i32', extent: 'i32', count: 'i32', failed: 'i32' } as const;

/** Elements of rows picked by index, and added to by index; where the largest elements of windows are. */
export function indexingModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);

  module.function('gather', { out: 'i32', x: 'i32', indices: 'i32', ...rowParameters }, 'void', (f, p) => {
    const index = f.local('i32');
    f.for({ from: 0, to: p.rows }, () => {
      f.for({ from: 0, to: p.count }, () => {
        f.set(index, i32.load(p.indices));
        // As an unsigned number, a negative index is beyond the end too.
        f.if(i32.geU(index, p.extent), () => {
          f.do(i32.store(p.failed, 1));
          f.return();
        });
        f.do(i32.store(p.out, i32.load(i32.add(p.x, i32.shl(index, 2)))));
        f.increment(p.indices, 4);
        f.increment(p.out, 4);
      });
      f.increment(p.x, i32.shl(p.extent, 2));
    });
  });

  const scatterParameters = {
    out: 'i32',
    x: 'i32',
    strideX: 'i32',
    indices: 'i32',
    updates: 'i32',
    ...rowParameters,
    totals: 'i32',
    marks: 'i32',
  } as const;
  module.function('scatter', scatterParameters, 'void', (f, p) => {
    const index = f.local('i32');
    const [at, place, update] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const meet = f.local('i32');
    const rowBytes = f.let(i32.shl(p.extent, 2));
    const forEachUpdate = (visit: () => void): void => {
      f.set(place, p.indices);
      f.set(update, p.updates);
      f.for({ from: 0, to: p.count }, () => {
        f.set(index, i32.load(place));
        visit();
        f.increment(place, 4);
        f.increment(update, 4);
      });
    };
    f.for({ from: 0, to: rowBytes, step: 4 }, (i) => f.do(i32.store(i32.add(p.marks, i), 0)));
    f.for({ from: 0, to: p.rows }, (row) => {
      const mark = f.let(i32.add(row, 1));
      // The row itself; its last vector runs over into the next one. Then one addition for each update.
      f.for({ from: 0, to: rowBytes, step: 16 }, (i) => {
        f.do(v128.store(i32.add(p.out, i), v128.load(i32.add(p.x, i))));
      });
      f.set(meet, 0);
      forEachUpdate(() => {
        // As an unsigned number, a negative index is beyond the end too.
        f.if(i32.geU(index, p.extent), () => {
          f.do(i32.store(p.failed, 1));
          f.return();
        });
        f.set(index, i32.shl(index, 2));
        f.set(at, i32.add(p.marks, index));
        f.set(meet, i32.or(meet, i32.eq(i32.load(at), mark)));
        f.do(i32.store(at, mark));
        f.set(at, i32.add(p.out, index));
        f.do(f32.store(at, f32.add(f32.load(at), f32.load(update))));
      });
      // Where several meet in one element, they are added up in float64 and rounded once.
      f.if(meet, () => {
        f.for({ from: 0, to: rowBytes, step: 4 }, (i) => {
          f.do(f64.store(i32.add(p.totals, i32.shl(i, 1)), f64.promote(f32.load(i32.add(p.x, i)))));
        });
        forEachUpdate(() => {
          f.set(at, i32.add(p.totals, i32.shl(index, 3)));
          f.do(f64.store(at, f64.add(f64.load(at), f64.promote(f32.load(update)))));
        });
        f.for({ from: 0, to: rowBytes, step: 4 }, (i) => {
          f.do(f32.store(i32.add(p.out, i), f32.demote(f64.load(i32.add(p.totals, i32.shl(i, 1))))));
        });
      });
      f.set(p.indices, place);
      f.set(p.updates, update);
      f.increment(p.x, p.strideX);
      f.increment(p.out, rowBytes);
    });
  });
  defineLargest(module);
  return module.toBytes();
}
