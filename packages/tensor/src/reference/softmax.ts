import type { Kernel } from '../backend.js';
import { checkIndex } from '../checks.js';
import type { TypedArray } from '../dtype.js';
import type { Tensor } from '../tensor.js';
import { contiguous } from './contiguous.js';
import { type Allocator, arrayOf } from './storage.js';

/**
 * log(sum(exp(x))) of one row as `largest + rest`, kept apart. With m the largest element,
 *
 *     lse = m + log1p(sum over the others of exp(x_i - m)),
 *
 * so the term exp(m - m) = 1 never meets the small ones: where the row is nearly one-hot, log p of the largest
 * class is -rest = -1e-20 rather than a rounded 0.
 */
function logSumExpRow(x: TypedArray, start: number, length: number): { largest: number; rest: number } {
  let position = start;
  for (let i = start + 1; i < start + length; i++) {
    if ((x[i] as number) > (x[position] as number)) position = i; // past a NaN too: it makes the sum NaN
  }
  const largest = x[position] as number;
  let sum = 0;
  for (let i = start; i < start + length; i++) {
    if (i !== position) sum += Math.exp((x[i] as number) - largest);
  }
  // An infinite m leaves no distribution: m - m makes all of the row NaN.
  return { largest, rest: Math.log1p(sum) + (largest - largest) };
}

/** (x - m) - rest, where the difference is exact when x is near m. */
function logProbability(x: number, largest: number, rest: number): number {
  return x - largest - rest;
}

/** The same as one number. Where the largest element is infinite it is that one, unless there is a NaN. */
function logSumExpOf(x: TypedArray, start: number, length: number): number {
  if (length === 0) return Number.NEGATIVE_INFINITY;
  const { largest, rest } = logSumExpRow(x, start, length);
  if (Math.abs(largest) !== Number.POSITIVE_INFINITY) return largest + rest;
  return x.subarray(start, start + length).some((value) => value !== value) ? Number.NaN : largest;
}

export interface SoftmaxKernels {
  readonly softmax: Kernel<'softmax'>;
  readonly logSoftmax: Kernel<'logSoftmax'>;
  readonly logSumExp: Kernel<'logSumExp'>;
  readonly softmaxCrossEntropy: Kernel<'softmaxCrossEntropy'>;
  readonly softmaxCrossEntropyGradient: Kernel<'softmaxCrossEntropyGradient'>;
}

export function softmaxKernels(allocator: Allocator): SoftmaxKernels {
  const perClass =
    (f: (logProb: number) => number): Kernel<'softmax' | 'logSoftmax'> =>
    ([strided], _attributes, layout, dtype) => {
      const x = contiguous(allocator, strided);
      const source = arrayOf(x);
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      const classes = x.shape[x.rank - 1] as number;
      for (let start = 0; start < x.size; start += classes) {
        const { largest, rest } = logSumExpRow(source, x.offset + start, classes);
        for (let i = start; i < start + classes; i++) {
          data[out.offset + i] = f(logProbability(source[x.offset + i] as number, largest, rest));
        }
      }
      return out;
    };
  /** Visits rows of logits with their labels, and with the logarithm of the probability of each class. */
  const forEachLabel = (
    stridedLogits: Tensor,
    stridedLabels: Tensor,
    visit: (row: number, label: number, logProb: (c: number) => number) => void,
  ): void => {
    const logits = contiguous(allocator, stridedLogits);
    const labels = contiguous(allocator, stridedLabels);
    const source = arrayOf(logits);
    const classes = logits.shape[logits.rank - 1] as number;
    for (let row = 0; row < labels.size; row++) {
      const label = arrayOf(labels)[labels.offset + row] as number;
      checkIndex('crossEntropy', 'label', label, classes);
      const start = logits.offset + row * classes;
      const { largest, rest } = logSumExpRow(source, start, classes);
      visit(row, label, (c) => logProbability(source[start + c] as number, largest, rest));
    }
  };
  return {
    softmax: perClass(Math.exp),
    logSoftmax: perClass((logProb) => logProb),
    logSumExp: ([strided], _attributes, layout, dtype) => {
      const x = contiguous(allocator, strided);
      const source = arrayOf(x);
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      const length = x.shape[x.rank - 1] as number;
      for (let row = 0; row < layout.size; row++)
        data[out.offset + row] = logSumExpOf(source, x.offset + row * length, length);
      return out;
    },
    softmaxCrossEntropy: ([logits, labels], _attributes, layout, dtype) => {
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      forEachLabel(logits, labels, (row, label, logProb) => {
        // 0 - x, so that no loss is 0 and not -0.
        data[out.offset + row] = 0 - logProb(label);
      });
      return out;
    },
    softmaxCrossEntropyGradient: ([logits, labels, stridedG], _attributes, layout, dtype) => {
      const g = contiguous(allocator, stridedG);
      const factors = arrayOf(g);
      const classes = logits.shape[logits.rank - 1] as number;
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      forEachLabel(logits, labels, (row, label, logProb) => {
        const factor = factors[g.offset + row] as number;
        for (let i = 0; i < classes; i++) {
          // p - 1 of a label that is nearly certain keeps its digits.
          const slope = i === label ? Math.expm1(logProb(i)) : Math.exp(logProb(i));
          data[out.offset + row * classes + i] = factor * slope;
        }
      });
      return out;
    },
  };
}
