import { DomainError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { div, sub } from './arithmetic.js';
import { equal, where } from './compare.js';
import { sqrt, square } from './functions.js';
import { checkedAxes, countOver, inFloat, mean, type ReduceOptions, sum } from './reduce.js';

export interface VarianceOptions extends ReduceOptions {
  /** What is taken off the count: 1, the default, makes the estimate unbiased, 0 is the mean squared deviation. */
  readonly correction?: number;
}

/**
 * sum (x - mean)² / (n - correction) over the given axes, in two passes: no digits are lost to a large mean. Integers answer
 * in float32. NaN where n <= correction and there is no deviation, as for a single element. Derivative:
 * 2 (x - mean) / (n - correction).
 * @throws ShapeError for an axis that x does not have
 * @throws DomainError unless the correction is a finite number @see torch.var, numpy.var (whose correction is 0)
 *
 * @example
 * import { tensor, variance } from '@renyi/tensor';
 * const x = tensor([1, 2, 3, 4]);
 * console.log(variance(x, { correction: 0 }).item()); // => 1.25
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  return varianceOf('variance', x, options);
}

/**
 * The square root of the variance, which see. Derivative: (x - mean) / ((n - correction) std), and 0 where all elements are equal.
 * @throws ShapeError, DomainError as `variance` @see torch.std, numpy.std (whose correction is 0)
 */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  return rootOf(varianceOf('std', x, options));
}

function varianceOf(operation: string, x: Tensor, options: VarianceOptions): Tensor {
  const axes = checkedAxes(operation, x, options);
  const { correction = 1 } = options;
  if (!Number.isFinite(correction)) {
    throw new DomainError(operation, { expected: 'a finite correction', got: String(correction) });
  }
  const freedom = Math.max(countOver(x, axes) - correction, 0);
  return inFloat(x, (wide) => {
    const deviation = sub(wide, mean(wide, { axis: axes, keepDims: true }));
    return div(sum(square(deviation), options), freedom);
  });
}

/** sqrt(x) with a derivative of 0 at 0: the argument is guarded, as its infinite derivative times 0 would be NaN. */
export function rootOf(x: Tensor): Tensor {
  const isZero = equal(x, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, x)));
}
