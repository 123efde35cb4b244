import { abs, cast, equal, exp, log, logSoftmax, neg, sum, type Tensor, where } from '@renyi/tensor';
import { column } from './axes.js';

/**
 * The gradient of y = log sum e^x along the last axis: the softmax of x, which keeps its digits where e^(x - y) loses those of y.
 * Where y is -Infinity, of a row that weighs nothing, it is 0; where y is Infinity, the elements that are so share it evenly, as
 * the ties of a maximum do.
 */
export function logSumExpWeights(y: Tensor, x: Tensor): Tensor {
  if (x.size === 0) return x;
  const isInfinite = equal(abs(column(y)), Number.POSITIVE_INFINITY);
  const isTop = equal(x, Number.POSITIVE_INFINITY);
  const count = cast(sum(isTop, { axis: -1, keepDims: true }), x.dtype);
  const logShare = where(isTop, neg(log(count)), Number.NEGATIVE_INFINITY);
  // The argument is guarded too: of an infinite row logSoftmax and its derivative are NaN.
  return exp(where(isInfinite, logShare, logSoftmax(where(isInfinite, 0, x))));
}
