import { bind } from '../bind.js';
import * as primitives from '../primitives/elementwise.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import { equal, less, where } from './compare.js';
import { log } from './functions.js';
import { logicalAnd, logicalNot } from './logic.js';
import { checkedOperands, type Operand, toOperands } from './operand.js';

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
