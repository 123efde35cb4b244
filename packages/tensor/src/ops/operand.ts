import { checkTensor } from '../checks.js';
import { weakDType } from '../dtype.js';
import { DTypeError } from '../errors.js';
import { broadcastShapes } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** What elementwise operations take: a tensor, or a number that adopts the dtype of the tensor beside it. */
export type Operand = Tensor | number;

/** The operands as tensors. At least one must be a tensor already, since it decides the backend. */
export function toOperands(operation: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? besideTensor(operation, b, a) : b];
  if (typeof b !== 'number') return [besideTensor(operation, a, b), b];
  throw new DTypeError(operation, {
    expected: 'at least one tensor',
    got: 'two numbers',
    remedy: 'Wrap one of them with tensor(...)',
  });
}

/** A scalar tensor on the backend of `x` and with its dtype where that can hold the number. @throws DTypeError */
export function besideTensor(operation: string, value: number, x: Tensor): Tensor {
  checkTensor(operation, x);
  return x.storage.backend.scalar(value, weakDType(value, x.dtype));
}

/** The operands as tensors that broadcast, or an error in the operation's own name. */
export function checkedOperands(operation: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  const operands = toOperands(operation, a, b);
  for (const x of operands) checkTensor(operation, x);
  broadcastShapes(operation, operands[0].shape, operands[1].shape);
  return operands;
}
