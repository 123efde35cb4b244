import type { Expression } from '../emitter/expression.js';
import { f32, i32, v128 } from '../emitter/instructions.js';
import type { ModuleBuilder } from '../emitter/module.js';
import { transpose4 } from './transpose.js';

/**
 * Panels of `width` lanes: for each position along inner, the elements of the lanes side by side; lanes that are missing in the last
 * panel are zeros. Fast where either lanes or inner positions lie side by side in memory; the latter is a transposition.
 */
export function definePack(module: ModuleBuilder, name: string, width: number): void {
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
            f.while(i32.ltU(to, end), () => {
              f.do(f32.store(to, f32.load(from)));
              f.increment(from, p.innerStride);
              f.increment(to, 4 * width);
            }),
          () =>
            f.while(i32.ltU(to, end), () => {
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
      f.while(i32.ltU(to, end), () => {
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
        f.while(i32.ltU(to, endOfFours), () => {
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
        f.while(i32.ltU(to, end), () => {
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
