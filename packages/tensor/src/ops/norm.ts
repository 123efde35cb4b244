import { DomainError } from '../errors.js';
import { checkExtremum } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { div, mul, pow } from './arithmetic.js';
import { clamp } from './clamp.js';
import { equal, notEqual, where } from './compare.js';
import { max } from './extremes.js';
import { abs, cast, floor, log, square } from './functions.js';
import { rootOf } from './moments.js';
import { squeeze } from './rearrange.js';
import { checkedAxes, countOver, inFloat, type ReduceOptions, sum } from './reduce.js';

export interface NormOptions extends ReduceOptions {
  /** The order: 2 by default, 1, Infinity (the largest size), 0 (how many are not 0), or any other number above 0. */
  readonly p?: number;
}

/**
 * The vector norm (sum |x|^p)^(1/p) over the given axes, 0 over nothing. It overflows only if the norm itself does: the
 * elements are scaled by a power of two first. Derivative: sign(x) (|x| / norm)^(p-1), 0 where the norm is 0.
 * @throws DomainError for an order below 0, and for the order Infinity over nothing
 * @throws ShapeError for an axis that x does not have @see torch.linalg.vector_norm, numpy.linalg.norm
 *
 * @example
 * import { norm, tensor } from '@renyi/tensor';
 * const x = tensor([3, -4]);
 * console.log(norm(x).item(), norm(x, { p: 1 }).item(), norm(x, { p: Infinity }).item()); // => 5 7 4
 */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  const axes = checkedAxes('norm', x, options);
  const { p = 2, keepDims = false } = options;
  if (typeof p !== 'number' || !(p >= 0))
    throw new DomainError('norm', { expected: 'an order p from 0 to Infinity', got: String(p) });
  if (p === Number.POSITIVE_INFINITY) checkExtremum('norm', 'maximum', x.shape, axes);
  const result = inFloat(x, (wide) => normOf(wide, p, axes));
  return keepDims ? result : squeeze(result, { axis: axes });
}

/** The axes stay, with extent 1. */
function normOf(x: Tensor, p: number, axis: readonly number[]): Tensor {
  const over = { axis, keepDims: true };
  if (p === 0) return cast(sum(notEqual(x, 0), over), x.dtype);
  if (p === 1) return sum(abs(x), over);
  if (p === Number.POSITIVE_INFINITY) return max(abs(x), over);
  if (countOver(x, axis) === 0) return sum(x, over);
  const scale = powerOfTwo(max(abs(x), over));
  const scaled = div(x, scale);
  if (p === 2) return mul(rootOf(sum(square(scaled), over)), scale);
  const total = sum(guardedPower(abs(scaled), p), over);
  return mul(guardedPower(total, 1 / p), scale);
}

/** x^p for x >= 0, with a derivative of 0 at 0. */
function guardedPower(x: Tensor, p: number): Tensor {
  const isZero = equal(x, 0);
  return where(isZero, 0, pow(where(isZero, 1, x), p));
}

/** A power of two of about the size of x, 1 for 0, so that a division by it rounds nothing. `floor` makes it a constant to derivatives. */
function powerOfTwo(x: Tensor): Tensor {
  const [least, largest] = x.dtype === 'float64' ? [-1074, 1023] : [-149, 127];
  const positive = where(equal(x, 0), 1, x);
  return pow(2, clamp(floor(div(log(positive), Math.LN2)), least, largest));
}
