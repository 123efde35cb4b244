import { bind } from '../bind.js';
import * as primitives from '../primitives/elementwise.js';
import * as fused from '../primitives/fused.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import { equal, less, where } from './compare.js';
import { log } from './functions.js';
import { logicalAnd, logicalNot } from './logic.js';
import { checkedOperands, type Operand, toOperands } from './operand.js';
import { reshape, transpose } from './rearrange.js';
import { checkedAxes, countOver, type ReduceOptions } from './reduce.js';

/**
 * log(e^a + e^b), with broadcasting, without overflow: max(a, b) + log1p(e^-|a - b|). Both may be -Infinity.
 * Derivative: e^a / (e^a + e^b) and e^b / (e^a + e^b), 1/2 for each where both are the same infinity.
 * @throws ShapeError @see torch.logaddexp
 */
export function logaddexp(a: Operand, b: Operand): Tensor {
  return bind(primitives.logaddexp, toOperands('logaddexp', a, b), noAttributes);
}

/**
 * x log y, with broadcasting, and 0 where x is 0 though log y is infinite or NaN: the terms of an entropy. NaN where x or y
 * is NaN. Derivative: log y (0 where x and y are 0) and x / y.
 * @throws ShapeError @see torch.xlogy, scipy.special.xlogy
 *
 * @example
 * import { tensor, xlogy } from '@renyi/tensor';
 * const p = tensor([0, 0.5, 1]);
 * console.log(xlogy(p, p).sum().item().toFixed(4)); // => -0.3466
 */
export function xlogy(x: Operand, y: Operand): Tensor {
  const [left, right] = checkedOperands('xlogy', x, y);
  const hasLogarithm = logicalAnd(less(0, right), less(right, Number.POSITIVE_INFINITY));
  const isNumber = equal(right, right);
  const isZero = logicalAnd(equal(left, 0), logicalAnd(isNumber, logicalNot(hasLogarithm)));
  // The argument is guarded, not the product: 0 times an infinite derivative would be NaN in the branch not taken.
  return mul(left, log(where(isZero, 1, right)));
}

/**
 * log(sum(exp(x))) over the given axes, without overflow: m + log1p of the sum of the others' e^(x - m), m being the largest.
 * -Infinity over nothing and where all elements are, +Infinity where one is. Between max(x) and max(x) + log n.
 * Derivative: softmax(x) = e^(x - y); 0 where y is -Infinity; where y is +Infinity, the elements that are so share it evenly.
 * @throws ShapeError for an axis that x does not have @see torch.logsumexp, scipy.special.logsumexp
 *
 * @example
 * import { logSumExp, tensor } from '@renyi/tensor';
 * console.log(logSumExp(tensor([1000, 1000])).item().toFixed(3)); // => 1000.693
 */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = checkedAxes('logSumExp', x, options);
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const rows = reshape(transpose(x, [...kept, ...axes]), [
    ...kept.map((axis) => x.shape[axis] as number),
    countOver(x, axes),
  ]);
  const y = bind(fused.logSumExp, [rows], noAttributes);
  if (!options.keepDims) return y;
  return reshape(
    y,
    x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
  );
}
