import { bind } from '../bind.js';
import { checkTensor } from '../checks.js';
import { DTypeError } from '../errors.js';
import * as primitives from '../primitives/elementwise.js';
import { noAttributes } from '../primitives/signatures.js';
import { broadcastShapes } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { besideTensor, type Operand, toOperands } from './operand.js';

/** a = b, elementwise with broadcasting, as bool; NaN equals nothing. No derivative. @throws ShapeError @see torch.eq */
export function equal(a: Operand, b: Operand): Tensor {
  return bind(primitives.equal, toOperands('equal', a, b), noAttributes);
}

/** a < b, elementwise with broadcasting, as bool. No derivative. @throws ShapeError @see torch.lt */
export function less(a: Operand, b: Operand): Tensor {
  return bind(primitives.less, toOperands('less', a, b), noAttributes);
}

/** a > b, elementwise with broadcasting, as bool. No derivative. @throws ShapeError @see torch.gt */
export function greater(a: Operand, b: Operand): Tensor {
  const [left, right] = toOperands('greater', a, b);
  checkTensor('greater', left);
  checkTensor('greater', right);
  broadcastShapes('greater', left.shape, right.shape); // before `less` complains of operands that nobody gave it
  return bind(primitives.less, [right, left], noAttributes);
}

/**
 * a where the condition holds, b elsewhere, with broadcasting. What is not taken has no influence on value or
 * derivative, even if it is NaN or infinite.
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
