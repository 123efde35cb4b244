import { isFloat } from '../dtype.js';
import type { Tensor } from '../tensor.js';
import { neg, sub } from './arithmetic.js';
import { logicalNot } from './logic.js';

/** x with its order turned around, so that a minimum is a maximum: -x, for integers -1 - x, which wraps for none of them. */
export function reversed(x: Tensor): Tensor {
  if (isFloat(x.dtype)) return neg(x);
  return x.dtype === 'bool' ? logicalNot(x) : sub(-1, x);
}
