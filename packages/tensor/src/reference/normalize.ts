import type { Kernel } from '../backend.js';
import { Layout } from '../layout.js';
import type { Shape } from '../shape.js';
import { contiguous } from './contiguous.js';
import { type Allocator, arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/** The mean first and then the mean square of what is left, in float64: x may be far from 0 compared with its spread. */
export function normalizeKernel(allocator: Allocator): Kernel<'normalize'> {
  return ([strided], { axes, epsilon }, layout, dtype) => {
    const x = contiguous(allocator, strided);
    const source = arrayOf(x);
    const out = allocator.zeros(layout, dtype);
    const data = arrayOf(out);
    const { shape, groupStrides } = merged(x.shape, axes);
    const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
    const groups = count === 0 ? 0 : x.size / count;
    const length = shape[shape.length - 1] as number;
    const isWithin = groupStrides[groupStrides.length - 1] === 0;
    /** Each run of neighbors, which are all of one group or of as many as there are: where it is in x, and its first group. */
    const forEachRun = (run: (start: number, group: number) => void): void => {
      forEachRow(shape, [Layout.contiguous(shape).strides, groupStrides], [x.offset, 0], (starts) => {
        run(starts[0] as number, starts[1] as number);
      });
    };

    const means = new Float64Array(groups);
    forEachRun((start, group) => {
      if (isWithin) {
        let total = means[group] as number;
        for (let i = 0; i < length; i++) total += source[start + i] as number;
        means[group] = total;
      } else {
        for (let i = 0; i < length; i++) {
          means[group + i] = (means[group + i] as number) + (source[start + i] as number);
        }
      }
    });
    for (let g = 0; g < groups; g++) means[g] = (means[g] as number) / count;

    const scales = new Float64Array(groups);
    forEachRun((start, group) => {
      if (isWithin) {
        const mean = means[group] as number;
        let total = scales[group] as number;
        for (let i = 0; i < length; i++) {
          const distance = (source[start + i] as number) - mean;
          total += distance * distance;
        }
        scales[group] = total;
      } else {
        for (let i = 0; i < length; i++) {
          const distance = (source[start + i] as number) - (means[group + i] as number);
          scales[group + i] = (scales[group + i] as number) + distance * distance;
        }
      }
    });
    for (let g = 0; g < groups; g++) scales[g] = Math.sqrt((scales[g] as number) / count + epsilon);

    const shift = out.offset - x.offset;
    forEachRun((start, group) => {
      if (isWithin) {
        const [mean, scale] = [means[group] as number, scales[group] as number];
        for (let i = 0; i < length; i++) {
          data[start + shift + i] = ((source[start + i] as number) - mean) / scale;
        }
      } else {
        for (let i = 0; i < length; i++) {
          const distance = (source[start + i] as number) - (means[group + i] as number);
          data[start + shift + i] = distance / (scales[group + i] as number);
        }
      }
    });
    return out;
  };
}

/**
 * The shape with neighboring axes joined that are both reduced or both not, so that runs are long, and how far apart the
 * groups of its elements are.
 */
function merged(shape: Shape, axes: readonly number[]): { shape: Shape; groupStrides: readonly number[] } {
  const extents: number[] = [1];
  const isReduced: boolean[] = [axes.includes(0)];
  for (const [axis, extent] of shape.entries()) {
    const last = extents.length - 1;
    if (axes.includes(axis) === isReduced[last]) extents[last] = (extents[last] as number) * extent;
    else {
      extents.push(extent);
      isReduced.push(axes.includes(axis));
    }
  }
  const { strides } = Layout.contiguous(extents.map((extent, i) => (isReduced[i] ? 1 : extent)));
  return { shape: extents, groupStrides: strides.map((stride, i) => (isReduced[i] ? 0 : stride)) };
}
