import type { Kernels } from '../backend.js';
import type { Convolution } from '../primitives/convolution.js';
import type { Convolutions } from '../primitives/signatures.js';
import type { Shape } from '../shape.js';
import { contiguous } from './contiguous.js';
import { type Allocator, arrayOf } from './storage.js';

interface Operands {
  readonly x: Shape;
  readonly weight: Shape;
  /** The convolution, or its cotangent. */
  readonly y: Shape;
}

/**
 * Lists the terms of the trilinear form of which convolution and its two adjoints are the three partial derivatives,
 *
 *     sum of y[n, f, i, j] weight[f, c, k, l] x[n, c', i s + k d - p, j s' + l d' - p'],
 *
 * with c' the channel c of the group to which filter f belongs. They come in runs: `length` neighboring j for one tap
 * of the weight, at `tap`; x is read from `from` on, in steps of the stride, and y from `to` on. All are positions in
 * row-major arrays. What lies in the padding is in no run, so it has no influence, be the weight infinite.
 */
function forEachRun(
  { x, weight, y }: Operands,
  { stride, padding, dilation, groups }: Convolution,
  run: (tap: number, from: number, to: number, length: number) => void,
): void {
  const [batch, channels, height, width] = x as readonly [number, number, number, number];
  const [filters, depth, tapsDown, tapsAcross] = weight as readonly [number, number, number, number];
  const [, , rows, columns] = y as readonly [number, number, number, number];
  const [down, across] = stride as readonly [number, number];
  for (let n = 0; n < batch; n++) {
    for (let filter = 0; filter < filters; filter++) {
      const firstChannel = Math.floor(filter / (filters / groups)) * depth;
      const plane = (n * filters + filter) * rows * columns;
      for (let c = 0; c < depth; c++) {
        const source = (n * channels + firstChannel + c) * height * width;
        for (let k = 0; k < tapsDown; k++) {
          const shiftDown = k * dilation[0]! - padding[0]![0];
          const firstRow = firstWithin(shiftDown, down);
          const endRow = endWithin(shiftDown, down, height, rows);
          for (let l = 0; l < tapsAcross; l++) {
            const tap = ((filter * depth + c) * tapsDown + k) * tapsAcross + l;
            const shift = l * dilation[1]! - padding[1]![0];
            const first = firstWithin(shift, across);
            const length = endWithin(shift, across, width, columns) - first;
            if (length <= 0) continue;
            for (let row = firstRow; row < endRow; row++) {
              const from = source + (row * down + shiftDown) * width + first * across + shift;
              run(tap, from, plane + row * columns + first, length);
            }
          }
        }
      }
    }
  }
}

/** The first i for which i step + shift is not negative. */
function firstWithin(shift: number, step: number): number {
  return Math.max(0, Math.ceil(-shift / step));
}

/** The first i, at most `count`, for which i step + shift has left the extent. */
function endWithin(shift: number, step: number, extent: number, count: number): number {
  return Math.min(count, Math.floor((extent - 1 - shift) / step) + 1);
}

/** Plain loops over the runs; each element is a sum in float64, rounded once. */
export function convolutionKernels(allocator: Allocator): Kernels<keyof Convolutions> {
  return {
    conv2d: ([stridedX, stridedWeight], attributes, layout, dtype) => {
      const x = contiguous(allocator, stridedX);
      const weight = contiguous(allocator, stridedWeight);
      const [source, taps] = [arrayOf(x), arrayOf(weight)];
      const step = attributes.stride[1] as number;
      const totals = new Float64Array(layout.size);
      forEachRun(
        { x: x.shape, weight: weight.shape, y: layout.shape },
        attributes,
        (tap, from, to, length) => {
          const w = taps[weight.offset + tap] as number;
          const start = x.offset + from;
          for (let j = 0; j < length; j++) totals[to + j] = totals[to + j]! + w * source[start + j * step]!;
        },
      );
      const out = allocator.zeros(layout, dtype);
      arrayOf(out).set(totals, out.offset);
      return out;
    },
    conv2dGradInput: ([stridedG, stridedWeight], attributes, layout, dtype) => {
      const g = contiguous(allocator, stridedG);
      const weight = contiguous(allocator, stridedWeight);
      const [cotangent, taps] = [arrayOf(g), arrayOf(weight)];
      const step = attributes.stride[1] as number;
      const totals = new Float64Array(layout.size);
      forEachRun(
        { x: layout.shape, weight: weight.shape, y: g.shape },
        attributes,
        (tap, from, to, length) => {
          const w = taps[weight.offset + tap] as number;
          const start = g.offset + to;
          for (let j = 0; j < length; j++) {
            totals[from + j * step] = totals[from + j * step]! + w * cotangent[start + j]!;
          }
        },
      );
      const out = allocator.zeros(layout, dtype);
      arrayOf(out).set(totals, out.offset);
      return out;
    },
    conv2dGradWeight: ([stridedX, stridedG], attributes, layout, dtype) => {
      const x = contiguous(allocator, stridedX);
      const g = contiguous(allocator, stridedG);
      const [source, cotangent] = [arrayOf(x), arrayOf(g)];
      const step = attributes.stride[1] as number;
      const totals = new Float64Array(layout.size);
      forEachRun({ x: x.shape, weight: layout.shape, y: g.shape }, attributes, (tap, from, to, length) => {
        const [start, startG] = [x.offset + from, g.offset + to];
        let total = totals[tap] as number;
        for (let j = 0; j < length; j++) total += cotangent[startG + j]! * source[start + j * step]!;
        totals[tap] = total;
      });
      const out = allocator.zeros(layout, dtype);
      arrayOf(out).set(totals, out.offset);
      return out;
    },
  };
}
