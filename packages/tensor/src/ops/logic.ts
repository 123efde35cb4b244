import { bind } from '../bind.js';
import { checkTensor } from '../checks.js';
import * as primitives from '../primitives/elementwise.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { equal, less, notEqual } from './compare.js';
import { abs, cast } from './functions.js';
import { checkedOperands, type Operand } from './operand.js';

/** Whether both hold, with broadcasting, as bool; a number holds unless it is 0. @throws ShapeError @see torch.logical_and */
export function logicalAnd(a: Operand, b: Operand): Tensor {
  return bind(primitives.minimum, truths('logicalAnd', a, b), noAttributes);
}

/** Whether one or both hold, otherwise as `logicalAnd`. @throws ShapeError @see torch.logical_or */
export function logicalOr(a: Operand, b: Operand): Tensor {
  return bind(primitives.maximum, truths('logicalOr', a, b), noAttributes);
}

/** Whether exactly one holds, otherwise as `logicalAnd`. @throws ShapeError @see torch.logical_xor */
export function logicalXor(a: Operand, b: Operand): Tensor {
  return notEqual(...truths('logicalXor', a, b));
}

/** Whether x does not hold, as bool; a number holds unless it is 0. @see torch.logical_not */
export function logicalNot(x: Tensor): Tensor {
  checkTensor('logicalNot', x);
  return equal(x, 0);
}

/** Whether x is NaN, as bool. @see torch.isnan */
function isNaNTensor(x: Tensor): Tensor {
  checkTensor('isNaN', x);
  return notEqual(x, x);
}

/** Whether x is neither infinite nor NaN, as bool. @see torch.isfinite */
function isFiniteTensor(x: Tensor): Tensor {
  checkTensor('isFinite', x);
  return less(abs(x), Number.POSITIVE_INFINITY);
}

// The names that everybody knows, without hiding JavaScript's own in this file.
export { isFiniteTensor as isFinite, isNaNTensor as isNaN };

/** The operands as booleans. */
function truths(operation: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  const [left, right] = checkedOperands(operation, a, b);
  return [cast(left, 'bool'), cast(right, 'bool')];
}
