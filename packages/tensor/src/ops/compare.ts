import { bind } from '../bind.js';
import { DTypeError } from '../errors.js';
import * as primitives from '../primitives/elementwise.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { besideTensor, checkedOperands, type Operand, toOperands } from './operand.js';

/** a = b, elementwise with broadcasting, as bool; NaN equals nothing. No derivative. @throws ShapeError @see torch.eq */
export function equal(a: Operand, b: Operand): Tensor {
  return bind(primitives.equal, toOperands('equal', a, b), noAttributes);
}

/** a < b, elementwise with broadcasting, as bool. No derivative. @throws ShapeError @see torch.lt */
export function less(a: Operand, b: Operand): Tensor {
  return bind(primitives.less, toOperands('less', a, b), noAttributes);
}

/** a <= b, elementwise with broadcasting, as bool. No derivative. @throws ShapeError @see torch.le */
export function lessEqual(a: Operand, b: Operand): Tensor {
  return bind(primitives.lessEqual, toOperands('lessEqual', a, b), noAttributes);
}

/** a > b, elementwise with broadcasting, as bool. No derivative. @throws ShapeError @see torch.gt */
export function greater(a: Operand, b: Operand): Tensor {
  return bind(primitives.less, swapped('greater', a, b), noAttributes);
}

/** a >= b, elementwise with broadcasting, as bool. No derivative. @throws ShapeError @see torch.ge */
export function greaterEqual(a: Operand, b: Operand): Tensor {
  return bind(primitives.lessEqual, swapped('greaterEqual', a, b), noAttributes);
}

/** a is not b, elementwise with broadcasting, as bool; NaN differs from all. No derivative. @throws ShapeError @see torch.ne */
export function notEqual(a: Operand, b: Operand): Tensor {
  const [left, right] = checkedOperands('notEqual', a, b);
  return equal(equal(left, right), 0);
}

/**
 * a where the condition holds, b elsewhere, with broadcasting. What is not taken has no influence on value or
 * derivative, even if it is NaN or infinite. It receives the cotangent 0, though, and where its own slope is infinite, 0
 * times that is NaN in reverse mode: guard the argument too, as in `where(c, sqrt(where(c, x, 1)), 0)`.
 * @throws DTypeError unless the condition is bool
 * @throws ShapeError when the shapes do not broadcast
 * @see torch.where
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  if (typeof a === 'number' && typeof b === 'number') {
    throw new DTypeError('where', {
      expected: 'a tensor for a or b',
      got: 'two numbers',
      remedy: 'Wrap one of them with tensor(...)',
    });
  }
  const left = typeof a === 'number' ? besideTensor('where', a, b as Tensor) : a;
  const right = typeof b === 'number' ? besideTensor('where', b, left) : b;
  return bind(primitives.where, [condition, left, right], noAttributes);
}

/** b and a, checked before a primitive complains of operands that nobody gave it in that order. */
function swapped(operation: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  const [left, right] = checkedOperands(operation, a, b);
  return [right, left];
}
