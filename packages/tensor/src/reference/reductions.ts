import type { Kernel, Kernels } from '../backend.js';
import { Layout } from '../layout.js';
import type { Reductions } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { type Allocator, arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/**
 * Folds the reduced axes into one accumulator per output element, in float64, in row-major order of the
 * operand. The output is walked along with stride 0 on every reduced axis.
 */
function reduction(
  allocator: Allocator,
  start: number,
  fold: (total: number, x: number) => number,
): Kernel<'sum' | 'max'> {
  return ([x], { axes }, layout, dtype) => {
    const totals = new Float64Array(layout.size).fill(start);
    const source = arrayOf(x);
    const last = x.rank - 1;
    const outStrides = stridesOver(x, axes);
    const length = x.shape[last] ?? 1;
    const step = x.layout.strides[last] ?? 0;
    const outStep = outStrides[last] ?? 0;
    forEachRow(x.shape, [x.layout.strides, outStrides], [x.offset, 0], (starts) => {
      const [from, to] = starts as [number, number];
      if (outStep === 0) {
        let total = totals[to] as number;
        for (let i = 0; i < length; i++) total = fold(total, source[from + i * step] as number);
        totals[to] = total;
      } else {
        for (let i = 0; i < length; i++) {
          totals[to + i * outStep] = fold(
            totals[to + i * outStep] as number,
            source[from + i * step] as number,
          );
        }
      }
    });
    const out = allocator.zeros(layout, dtype);
    arrayOf(out).set(totals, out.offset);
    return out;
  };
}

/** Row-major strides of the reduced result, as seen from the operand: 0 along the axes that are gone. */
function stridesOver(x: Tensor, axes: readonly number[]): number[] {
  return Layout.contiguous(x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))).strides.map(
    (stride, axis) => (axes.includes(axis) ? 0 : stride),
  );
}

export function reductionKernels(allocator: Allocator): Kernels<keyof Reductions> {
  const sum = reduction(allocator, 0, (total, x) => total + x);
  // A float64 total beyond 2^53 would have lost the low digits, which are those that stay.
  const sumModulo = reduction(allocator, 0, (total, x) => (total + x) | 0);
  return {
    sum: (inputs, attributes, layout, dtype) =>
      (dtype === 'int32' ? sumModulo : sum)(inputs, attributes, layout, dtype),
    // Once NaN, always NaN: no comparison with NaN is true.
    max: reduction(allocator, Number.NEGATIVE_INFINITY, (total, x) => (x > total || x !== x ? x : total)),
  };
}
