import { bind } from '../bind.js';
import { checkTensor } from '../checks.js';
import { checkDType, type DType } from '../dtype.js';
import * as primitives from '../primitives/elementwise.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';

/** e^x, elementwise. Derivative: e^x. @see torch.exp */
export function exp(x: Tensor): Tensor {
  return bind(primitives.exp, [x], noAttributes);
}

/** e^x - 1, accurate near 0. Derivative: e^x. @see torch.expm1 */
export function expm1(x: Tensor): Tensor {
  return bind(primitives.expm1, [x], noAttributes);
}

/** Natural logarithm, elementwise: -Infinity at 0, NaN below. Derivative: 1 / x. @see torch.log */
export function log(x: Tensor): Tensor {
  return bind(primitives.log, [x], noAttributes);
}

/** log(1 + x), accurate near 0. Derivative: 1 / (1 + x). @see torch.log1p */
export function log1p(x: Tensor): Tensor {
  return bind(primitives.log1p, [x], noAttributes);
}

/** Square root, elementwise. Derivative: 1 / (2 sqrt(x)). @see torch.sqrt */
export function sqrt(x: Tensor): Tensor {
  return bind(primitives.sqrt, [x], noAttributes);
}

/** Hyperbolic tangent, elementwise. Derivative: 1 - tanh(x)^2. @see torch.tanh */
export function tanh(x: Tensor): Tensor {
  return bind(primitives.tanh, [x], noAttributes);
}

/** max(x, 0), elementwise; NaN stays NaN. Derivative: 1 for x > 0, 0 elsewhere, at 0 too. @see torch.relu */
export function relu(x: Tensor): Tensor {
  return bind(primitives.relu, [x], noAttributes);
}

/**
 * The same values in another dtype. To int32 truncates towards zero and wraps modulo 2^32 (NaN and infinities become 0);
 * to bool is x != 0, true for NaN. Derivative: 1 between float dtypes.
 * @throws DTypeError for an unknown dtype @see torch.Tensor.to
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkTensor('cast', x);
  checkDType('cast', dtype);
  return x.dtype === dtype ? x : bind(primitives.cast, [x], { dtype });
}
