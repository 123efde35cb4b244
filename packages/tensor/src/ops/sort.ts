import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { DomainError } from '../errors.js';
import * as primitives from '../primitives/along-axis.js';
import { normalizeAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';
import type { Found } from './extremes.js';
import { gather } from './indexing.js';
import { slice } from './slice.js';

export interface SortOptions {
  /** The axis to sort along, the last one by default; a negative one counts from the end. */
  readonly axis?: number;
  /** Whether the largest comes first; not by default. */
  readonly descending?: boolean;
}

/**
 * The order that sorts x along an axis, int32: `gather(x, argsort(x), -1)` is sorted. Equals keep their order. A NaN is larger than
 * every number, so it comes last, and first in descending order. No derivative. n log n comparisons for each line of n.
 * @throws ShapeError for an axis that x does not have @see torch.argsort, numpy.argsort
 *
 * @example
 * import { argsort, tensor } from '@renyi/tensor';
 * console.log(argsort(tensor([3, 1, 2])).toArray()); // => [ 1, 2, 0 ]
 */
export function argsort(x: Tensor, options: SortOptions = {}): Tensor {
  return orderOf('argsort', x, options);
}

/**
 * The elements along an axis in rising order, in the order of `argsort`. Derivative: the cotangent of each element, put back to
 * where it came from.
 * @throws ShapeError for an axis that x does not have @see torch.sort, numpy.sort
 *
 * @example
 * import { sort, tensor } from '@renyi/tensor';
 * console.log(sort(tensor([3, 1, 2]), { descending: true }).toArray()); // => [ 3, 2, 1 ]
 */
export function sort(x: Tensor, options: SortOptions = {}): Tensor {
  const order = orderOf('sort', x, options);
  return gather(x, order, options.axis ?? -1);
}

function orderOf(operation: string, x: Tensor, options: SortOptions): Tensor {
  checkTensor(operation, x);
  checkOptions(operation, options);
  const { axis = -1, descending = false } = options;
  return bind(primitives.argsort, [x], { axis: normalizeAxis(operation, axis, x.rank), descending });
}

export interface TopKOptions {
  /** The axis to look along, the last one by default; a negative one counts from the end. */
  readonly axis?: number;
  /** Whether the k largest are meant, as by default, or the k smallest. */
  readonly largest?: boolean;
}

/**
 * The k largest elements along an axis, the largest first, and where they were; of equals the first ones. A NaN is larger
 * than every number. Derivative: the cotangent of each element, put back to where it came from.
 * @throws DomainError unless k is a whole number from 0 to the extent of the axis
 * @throws ShapeError for an axis that x does not have @see torch.topk
 *
 * @example
 * import { tensor, topK } from '@renyi/tensor';
 * const { values, indices } = topK(tensor([3, 1, 4, 1, 5]), 2);
 * console.log(values.toArray(), indices.toArray()); // => [ 5, 4 ] [ 4, 2 ]
 */
export function topK(x: Tensor, k: number, options: TopKOptions = {}): Found {
  checkTensor('topK', x);
  checkOptions('topK', options);
  const order = orderOf('topK', x, { axis: options.axis ?? -1, descending: options.largest ?? true });
  const axis = normalizeAxis('topK', options.axis ?? -1, x.rank);
  const extent = x.shape[axis] as number;
  if (!Number.isInteger(k) || k < 0 || k > extent) {
    throw new DomainError('topK', {
      expected: `a whole k from 0 to ${extent}, the extent of axis ${axis}`,
      got: String(k),
    });
  }
  const indices = slice(order, { axis, start: 0, stop: k });
  return { values: gather(x, indices, axis), indices };
}
