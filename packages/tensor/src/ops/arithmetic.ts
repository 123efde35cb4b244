import { bind } from '../bind.js';
import * as primitives from '../primitives/elementwise.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { type Operand, toOperands } from './operand.js';

export type { Operand };

/**
 * a + b, with broadcasting. Integers wrap modulo 2^32; booleans count in int32. Derivative: 1 for both.
 * @throws ShapeError when the shapes do not broadcast
 * @see torch.add, jax.numpy.add
 */
export function add(a: Operand, b: Operand): Tensor {
  return bind(primitives.add, toOperands('add', a, b), noAttributes);
}

/** a - b, with broadcasting. Derivative: 1 and -1. @throws ShapeError @see torch.sub */
export function sub(a: Operand, b: Operand): Tensor {
  return bind(primitives.sub, toOperands('sub', a, b), noAttributes);
}

/** a * b, elementwise with broadcasting. Derivative: b and a. @throws ShapeError @see torch.mul */
export function mul(a: Operand, b: Operand): Tensor {
  return bind(primitives.mul, toOperands('mul', a, b), noAttributes);
}

/**
 * a / b, with broadcasting; integers answer in float32. Derivative: 1 / b and -a / b^2.
 * Division by zero gives an infinity or NaN, as IEEE 754 says.
 * @throws ShapeError @see torch.div
 */
export function div(a: Operand, b: Operand): Tensor {
  return bind(primitives.div, toOperands('div', a, b), noAttributes);
}

/**
 * a to the power b, with broadcasting; integers answer in float32. As in C, 1^b and a^0 are 1 even for NaN.
 * Derivative: b a^(b-1) and a^b log a (0 where a is 0 and b > 0).
 * @throws ShapeError @see torch.pow
 */
export function pow(a: Operand, b: Operand): Tensor {
  return bind(primitives.pow, toOperands('pow', a, b), noAttributes);
}

/**
 * The smaller of a and b, with broadcasting; NaN where one is NaN. Derivative: 1 for the smaller and 0 for the other, 1/2
 * for each where they are equal.
 * @throws ShapeError @see torch.minimum
 */
export function minimum(a: Operand, b: Operand): Tensor {
  return bind(primitives.minimum, toOperands('minimum', a, b), noAttributes);
}

/** The larger of a and b, otherwise as `minimum`. @throws ShapeError @see torch.maximum */
export function maximum(a: Operand, b: Operand): Tensor {
  return bind(primitives.maximum, toOperands('maximum', a, b), noAttributes);
}

/** -x. @see torch.neg */
export function neg(x: Tensor): Tensor {
  return bind(primitives.neg, [x], noAttributes);
}
