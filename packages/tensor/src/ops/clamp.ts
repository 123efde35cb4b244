import { checkTensor } from '../checks.js';
import { DomainError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { less, where } from './compare.js';
import { checkedOperands, type Operand } from './operand.js';

/**
 * x raised to `low` where it is below and lowered to `high` where it is above, with broadcasting; where low > high the
 * result is high. An infinite bound leaves that side open. NaN stays NaN.
 * Derivative: 1 for x from low to high, the bounds included, and for the bound that was taken elsewhere.
 * @throws ShapeError when the shapes do not broadcast
 * @throws DomainError for a bound that is NaN @see torch.clamp, numpy.clip
 */
export function clamp(x: Tensor, low: Operand, high: Operand): Tensor {
  checkTensor('clamp', x);
  for (const bound of [low, high]) {
    if (Number.isNaN(bound))
      throw new DomainError('clamp', { expected: 'bounds to compare with', got: 'NaN' });
  }
  const raised = where(less(...checkedOperands('clamp', x, low)), low, x);
  return where(less(...checkedOperands('clamp', high, raised)), high, raised);
}
