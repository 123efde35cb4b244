import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import * as primitives from '../primitives/along-axis.js';
import { normalizeAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';

export interface CumsumOptions {
  /** The axis to sum along, the last one by default; a negative one counts from the end. */
  readonly axis?: number;
  /** Whether each element is the sum of those from it to the end, not of those up to it. */
  readonly reverse?: boolean;
}

/**
 * Running sums along an axis: result_i = x_0 + ... + x_i. Each of them is as accurate as `sum`, and rounded once.
 * Booleans are counted in int32; int32 sums wrap. Derivative: the running sums of the cotangent from the other end.
 * @throws ShapeError for an axis that x does not have @see torch.cumsum (numpy.cumsum flattens by default)
 *
 * @example
 * import { cumsum, tensor } from '@renyi/tensor';
 * const x = tensor([1, 2, 3]);
 * console.log(cumsum(x).toArray(), cumsum(x, { reverse: true }).toArray()); // => [ 1, 3, 6 ] [ 6, 5, 3 ]
 */
export function cumsum(x: Tensor, options: CumsumOptions = {}): Tensor {
  checkTensor('cumsum', x);
  checkOptions('cumsum', options);
  const { axis = -1, reverse = false } = options;
  return bind(primitives.cumsum, [x], { axis: normalizeAxis('cumsum', axis, x.rank), reverse });
}
