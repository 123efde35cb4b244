import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import * as primitives from '../primitives/fused.js';
import { noAttributes } from '../primitives/signatures.js';
import { checkRows, normalizeAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { transpose } from './rearrange.js';

export interface SoftmaxOptions {
  /** The axis of the classes; the last by default. */
  readonly axis?: number;
}

/**
 * log(softmax(x)) = x - log(sum(exp(x))) along an axis, by default the last, [..., classes].
 * The largest class is left out of the sum (log1p of the rest), so log-probabilities down to -1e-300 survive.
 * A class at -Infinity is masked. A row with a NaN or +Infinity, or masked throughout, is no distribution: it is NaN.
 * Derivative: g - softmax(x) sum(g).
 * @throws ShapeError for a scalar, or an axis that x does not have
 * @throws DomainError for no classes @see torch.nn.functional.log_softmax
 */
export function logSoftmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  checkOptions('logSoftmax', options);
  return alongRows('logSoftmax', x, options, (rows) => bind(primitives.logSoftmax, [rows], noAttributes));
}

/**
 * exp(x) / sum(exp(x)) along an axis, by default the last; masks and rows that are no distribution as in `logSoftmax`.
 * Derivative: p (g - sum(p g)).
 * @throws ShapeError for a scalar, or an axis that x does not have
 * @throws DomainError for no classes @see torch.softmax
 *
 * @example
 * import { softmax, tensor } from '@renyi/tensor';
 * const x = tensor([[0, 0], [0, Math.log(3)]], { dtype: 'float64' });
 * console.log(softmax(x, { axis: 0 }).sum({ axis: 0 }).toArray()); // => [ 1, 1 ]
 */
export function softmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  checkOptions('softmax', options);
  return alongRows('softmax', x, options, (rows) => bind(primitives.softmax, [rows], noAttributes));
}

/** `f` of x with the classes last, and the result in the order that x had. */
function alongRows(
  operation: string,
  x: Tensor,
  { axis: given = -1 }: SoftmaxOptions,
  f: (rows: Tensor) => Tensor,
): Tensor {
  checkTensor(operation, x);
  if (x.rank === 0) checkRows(operation, x.shape);
  const axis = normalizeAxis(operation, given, x.rank);
  const last = x.rank - 1;
  // The exchange of two axes, which undoes itself.
  const exchanged = x.shape.map((_, own) => (own === axis ? last : own === last ? axis : own));
  const rows = axis === last ? x : transpose(x, exchanged);
  checkRows(operation, rows.shape);
  return axis === last ? f(rows) : transpose(f(rows), exchanged);
}
