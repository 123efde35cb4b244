import type { Kernels } from '../backend.js';
import type { TypedArray } from '../dtype.js';
import type { AlongAxis } from '../primitives/signatures.js';
import { type Shape, sizeOf } from '../shape.js';
import { roundingError, settled } from './compensated.js';
import { contiguous } from './contiguous.js';
import { type Allocator, arrayOf } from './storage.js';

/**
 * Visits the lines along an axis of a row-major array, in row-major order of the other axes: `start` is the position of a
 * line's first element, `step` the distance between its elements.
 */
function forEachLine(shape: Shape, axis: number, visit: (start: number, step: number) => void): void {
  const step = sizeOf(shape.slice(axis + 1));
  const block = step * (shape[axis] as number);
  if (block === 0) return;
  for (let from = 0; from < sizeOf(shape); from += block)
    for (let start = from; start < from + step; start++) visit(start, step);
}

/** Where among `length` elements the largest is. */
function argmaxOf(source: TypedArray, start: number, step: number, length: number): number {
  let place = 0;
  let largest = source[start] as number;
  for (let i = 1; i < length && largest === largest; i++) {
    const x = source[start + i * step] as number;
    if (x > largest || x !== x) {
      place = i;
      largest = x;
    }
  }
  return place;
}

/** Below 0 where a comes before b in rising order. NaN comes last. */
function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(a !== a) - Number(b !== b);
}

export function alongAxisKernels(allocator: Allocator): Kernels<keyof AlongAxis> {
  return {
    argmax: ([strided], { axis }, layout, dtype) => {
      const x = contiguous(allocator, strided);
      const source = arrayOf(x);
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      let next = out.offset;
      forEachLine(x.shape, axis, (start, step) => {
        data[next++] = argmaxOf(source, x.offset + start, step, x.shape[axis] as number);
      });
      return out;
    },
    cumsum: ([strided], { axis, reverse }, layout, dtype) => {
      const x = contiguous(allocator, strided);
      const source = arrayOf(x);
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      const isInteger = dtype === 'int32';
      const length = x.shape[axis] as number;
      forEachLine(x.shape, axis, (start, step) => {
        let total = 0;
        let error = 0;
        for (let i = 0; i < length; i++) {
          const place = start + (reverse ? length - 1 - i : i) * step;
          const element = source[x.offset + place] as number;
          const next = isInteger ? (total + element) | 0 : total + element;
          if (!isInteger) error += roundingError(total, element, next);
          total = next;
          data[out.offset + place] = settled(total, error);
        }
      });
      return out;
    },
    argsort: ([strided], { axis, descending }, layout, dtype) => {
      const x = contiguous(allocator, strided);
      const source = arrayOf(x);
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      const length = x.shape[axis] as number;
      const sign = descending ? -1 : 1;
      forEachLine(x.shape, axis, (start, step) => {
        const line = Float64Array.from({ length }, (_, i) => source[x.offset + start + i * step] as number);
        Int32Array.from({ length }, (_, i) => i)
          .sort((i, j) => sign * compare(line[i] as number, line[j] as number) || i - j)
          .forEach((from, i) => {
            data[out.offset + start + i * step] = from;
          });
      });
      return out;
    },
  };
}
