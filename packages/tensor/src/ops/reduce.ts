import { bind } from '../bind.js';
import { checkTensor } from '../checks.js';
import { isFloat } from '../dtype.js';
import * as primitives from '../primitives/reductions.js';
import { normalizeAxes } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { div } from './arithmetic.js';
import { cast } from './functions.js';

export interface ReduceOptions {
  /** The axis or axes to reduce; negative ones count from the end. All by default. */
  readonly axis?: number | readonly number[];
  /** Whether reduced axes stay, with extent 1. */
  readonly keepDims?: boolean;
}

/**
 * The sum over the given axes, accumulated in float64; 0 over nothing. Booleans are counted in int32; an int32 sum wraps.
 * Derivative: 1 for every element.
 * @throws ShapeError for an axis that x does not have @see torch.sum
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor('sum', x);
  const axes = normalizeAxes('sum', options.axis, x.rank);
  return bind(primitives.sum, [x], { axes, keepDims: options.keepDims ?? false });
}

/**
 * The arithmetic mean over the given axes: the sum, rounded to the dtype, over the count. Integers answer in float32,
 * rounded once; the mean of nothing is NaN. Derivative: 1 over the count.
 * @throws ShapeError for an axis that x does not have @see torch.mean
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor('mean', x);
  const axes = normalizeAxes('mean', options.axis, x.rank);
  const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  if (isFloat(x.dtype)) return div(sum(x, options), count);
  return cast(div(sum(cast(x, 'float64'), options), count), 'float32');
}

/**
 * The largest element over the given axes; NaN if there is one. Derivative: shared evenly among ties, as torch.amax.
 * @throws DomainError over nothing
 * @throws ShapeError for an axis that x does not have @see torch.amax
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor('max', x);
  const axes = normalizeAxes('max', options.axis, x.rank);
  return bind(primitives.max, [x], { axes, keepDims: options.keepDims ?? false });
}
