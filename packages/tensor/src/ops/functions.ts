import { bind } from '../bind.js';
import { checkTensor } from '../checks.js';
import { checkDType, type DType } from '../dtype.js';
import * as primitives from '../primitives/elementwise.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { div, mul } from './arithmetic.js';

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

/** |x|, elementwise; the least int32 is its own absolute value. Derivative: sign(x), 0 at 0. @see torch.abs */
export function abs(x: Tensor): Tensor {
  return bind(primitives.abs, [x], noAttributes);
}

/** -1, 0 or 1; NaN for NaN, and a zero keeps its sign. No derivative is recorded: it is 0 or undefined. @see torch.sign */
export function sign(x: Tensor): Tensor {
  return bind(primitives.sign, [x], noAttributes);
}

/** The largest whole number that is not larger. No derivative is recorded: it is 0 or undefined. @see torch.floor */
export function floor(x: Tensor): Tensor {
  return bind(primitives.floor, [x], noAttributes);
}

/** The smallest whole number that is not smaller. No derivative is recorded: it is 0 or undefined. @see torch.ceil */
export function ceil(x: Tensor): Tensor {
  return bind(primitives.ceil, [x], noAttributes);
}

/**
 * The nearest whole number, of two equally near ones the even one: 0.5 gives 0 and 1.5 gives 2.
 * No derivative is recorded: it is 0 or undefined. @see torch.round, numpy.round
 */
export function round(x: Tensor): Tensor {
  return bind(primitives.round, [x], noAttributes);
}

/** Sine of x in radians; NaN for infinities. Derivative: cos(x). @see torch.sin */
export function sin(x: Tensor): Tensor {
  return bind(primitives.sin, [x], noAttributes);
}

/** Cosine of x in radians; NaN for infinities. Derivative: -sin(x). @see torch.cos */
export function cos(x: Tensor): Tensor {
  return bind(primitives.cos, [x], noAttributes);
}

/** Hyperbolic tangent, elementwise. Derivative: 1 - tanh(x)^2. @see torch.tanh */
export function tanh(x: Tensor): Tensor {
  return bind(primitives.tanh, [x], noAttributes);
}

/**
 * The error function 2 / sqrt(pi) * integral of e^(-t²) from 0 to x; within 1 ULP in float64.
 * Derivative: 2 / sqrt(pi) e^(-x²). @see torch.erf
 */
export function erf(x: Tensor): Tensor {
  return bind(primitives.erf, [x], noAttributes);
}

/**
 * 1 - erf(x), with all its digits where it is small: within 3 ULP in float64, down to 5e-324 near x = 27.2.
 * Derivative: -2 / sqrt(pi) e^(-x²). @see torch.erfc
 */
export function erfc(x: Tensor): Tensor {
  return bind(primitives.erfc, [x], noAttributes);
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

/** x², as x * x. Derivative: 2 x. @see torch.square */
export function square(x: Tensor): Tensor {
  checkTensor('square', x);
  return mul(x, x);
}

/** 1 / x. Derivative: -1 / x². @see torch.reciprocal */
export function reciprocal(x: Tensor): Tensor {
  checkTensor('reciprocal', x);
  return div(1, x);
}

/** 1 / sqrt(x): Infinity at 0, NaN below. Derivative: -1 / (2 x sqrt(x)). @see torch.rsqrt */
export function rsqrt(x: Tensor): Tensor {
  checkTensor('rsqrt', x);
  return div(1, sqrt(x));
}
