import type { Kernel, Kernels } from '../backend.js';
import type { TypedArray } from '../dtype.js';
import { Layout } from '../layout.js';
import type { Reductions } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { roundingError, settled } from './compensated.js';
import { type Allocator, arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/**
 * Folds a row of elements, the first at `from`, into accumulators from `to` on: into one of them where `outStep` is 0, each
 * into its own otherwise.
 */
type Fold = (
  source: TypedArray,
  from: number,
  step: number,
  length: number,
  to: number,
  outStep: number,
) => void;

interface Accumulators {
  readonly fold: Fold;
  readonly results: () => Float64Array;
}

/**
 * One accumulator in float64 for each element of the result, to which the reduced axes are folded in row-major order of the
 * operand. The result is walked along with stride 0 on every reduced axis.
 */
function reduction(
  allocator: Allocator,
  accumulators: (count: number) => Accumulators,
): Kernel<'sum' | 'max'> {
  return ([x], { axes }, layout, dtype) => {
    const { fold, results } = accumulators(layout.size);
    const source = arrayOf(x);
    const last = x.rank - 1;
    const outStrides = stridesOver(x, axes);
    const length = x.shape[last] ?? 1;
    const step = x.layout.strides[last] ?? 0;
    const outStep = outStrides[last] ?? 0;
    forEachRow(x.shape, [x.layout.strides, outStrides], [x.offset, 0], (starts) => {
      const [from, to] = starts as [number, number];
      fold(source, from, step, length, to, outStep);
    });
    const out = allocator.zeros(layout, dtype);
    arrayOf(out).set(results(), out.offset);
    return out;
  };
}

/** Row-major strides of the reduced result, as seen from the operand: 0 along the axes that are gone. */
function stridesOver(x: Tensor, axes: readonly number[]): number[] {
  return Layout.contiguous(x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))).strides.map(
    (stride, axis) => (axes.includes(axis) ? 0 : stride),
  );
}

/** Accumulators that need nothing but the total so far. */
function totalsOf(start: number, combine: (total: number, x: number) => number) {
  return (count: number): Accumulators => {
    const totals = new Float64Array(count).fill(start);
    const fold: Fold = (source, from, step, length, to, outStep) => {
      if (outStep === 0) {
        let total = totals[to] as number;
        for (let i = 0; i < length; i++) total = combine(total, source[from + i * step] as number);
        totals[to] = total;
        return;
      }
      for (let i = 0; i < length; i++) {
        const place = to + i * outStep;
        totals[place] = combine(totals[place] as number, source[from + i * step] as number);
      }
    };
    return { fold, results: () => totals };
  };
}

/** Totals of float64, each with what its additions have lost. */
function compensatedTotals(count: number): Accumulators {
  const totals = new Float64Array(count);
  const errors = new Float64Array(count);
  const fold: Fold = (source, from, step, length, to, outStep) => {
    if (outStep === 0) {
      let total = totals[to] as number;
      let error = errors[to] as number;
      for (let i = 0; i < length; i++) {
        const x = source[from + i * step] as number;
        const next = total + x;
        error += roundingError(total, x, next);
        total = next;
      }
      totals[to] = total;
      errors[to] = error;
      return;
    }
    for (let i = 0; i < length; i++) {
      const place = to + i * outStep;
      const x = source[from + i * step] as number;
      const total = totals[place] as number;
      const next = total + x;
      errors[place] = (errors[place] as number) + roundingError(total, x, next);
      totals[place] = next;
    }
  };
  return { fold, results: () => totals.map((total, i) => settled(total, errors[i] as number)) };
}

export function reductionKernels(allocator: Allocator): Kernels<keyof Reductions> {
  // Of 10^6 numbers in float32, float64 loses nothing that float32 could show.
  const sum = reduction(
    allocator,
    totalsOf(0, (total, x) => total + x),
  );
  const sumWide = reduction(allocator, compensatedTotals);
  // A float64 total beyond 2^53 would have lost the low digits, which are those that stay.
  const sumModulo = reduction(
    allocator,
    totalsOf(0, (total, x) => (total + x) | 0),
  );
  const sums = { float32: sum, float64: sumWide, int32: sumModulo, bool: sumModulo };
  return {
    sum: (inputs, attributes, layout, dtype) => sums[dtype](inputs, attributes, layout, dtype),
    // NaN if there is one, and 0 above -0.
    max: reduction(allocator, totalsOf(Number.NEGATIVE_INFINITY, Math.max)),
  };
}
