import type { Kernel } from '../backend.js';
import { contiguous } from './contiguous.js';
import { stridesOver } from './reductions.js';
import { type Allocator, arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/** The mean first and then the mean square of what is left, in float64: x may be far from 0 compared with its spread. */
export function normalizeKernel(allocator: Allocator): Kernel<'normalize'> {
  return ([strided], { axes, epsilon }, layout, dtype) => {
    const x = contiguous(allocator, strided);
    const source = arrayOf(x);
    const out = allocator.zeros(layout, dtype);
    const data = arrayOf(out);
    const strides = stridesOver(x, axes);
    const length = x.shape[x.rank - 1] ?? 1;
    const step = strides[x.rank - 1] ?? 0;
    const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
    const groups = count === 0 ? 0 : x.size / count;
    const means = new Float64Array(groups);
    const scales = new Float64Array(groups);
    /** Each run of neighbors: where it is in x, and the group of its first element. */
    const forEachRun = (run: (at: number, group: number) => void): void => {
      forEachRow(x.shape, [x.layout.strides, strides], [0, 0], (starts) => {
        run(starts[0] as number, starts[1] as number);
      });
    };
    forEachRun((at, group) => {
      for (let i = 0; i < length; i++) {
        const g = group + i * step;
        means[g] = (means[g] as number) + (source[x.offset + at + i] as number);
      }
    });
    for (let g = 0; g < groups; g++) means[g] = (means[g] as number) / count;
    forEachRun((at, group) => {
      for (let i = 0; i < length; i++) {
        const g = group + i * step;
        const distance = (source[x.offset + at + i] as number) - (means[g] as number);
        scales[g] = (scales[g] as number) + distance * distance;
      }
    });
    for (let g = 0; g < groups; g++) scales[g] = Math.sqrt((scales[g] as number) / count + epsilon);
    forEachRun((at, group) => {
      for (let i = 0; i < length; i++) {
        const g = group + i * step;
        const distance = (source[x.offset + at + i] as number) - (means[g] as number);
        data[out.offset + at + i] = distance / (scales[g] as number);
      }
    });
    return out;
  };
}
