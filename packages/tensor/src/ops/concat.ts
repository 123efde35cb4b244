import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import * as primitives from '../primitives/rearrangements.js';
import { formatShape, normalizeAxis, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { unsqueeze } from './rearrange.js';

/** @throws ShapeError unless there is at least one tensor, DTypeError for what is none. */
function checkTensors(operation: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new ShapeError(operation, {
      expected: 'an array of at least one tensor',
      got: Array.isArray(tensors) ? 'an empty one' : 'no array',
    });
  }
  for (const x of tensors) checkTensor(operation, x);
}

/**
 * The tensors one after the other along an axis, the first by default. They agree in all other extents and meet in the
 * latest of their dtypes. Derivative: each takes its part of the cotangent.
 * @throws ShapeError for no tensors at all, and where shapes do not agree @see torch.cat, numpy.concatenate
 *
 * @example
 * import { concat, tensor } from '@renyi/tensor';
 * console.log(concat([tensor([[1], [2]]), tensor([[3, 4], [5, 6]])], { axis: 1 }).toArray());
 * // => [ [ 1, 3, 4 ], [ 2, 5, 6 ] ]
 */
export function concat(tensors: readonly Tensor[], options: { readonly axis?: number } = {}): Tensor {
  checkTensors('concat', tensors);
  checkOptions('concat', options);
  const axis = normalizeAxis('concat', options.axis ?? 0, (tensors[0] as Tensor).rank);
  return bind(primitives.concat, [...tensors], { axis });
}

/**
 * Tensors of one shape along a new axis, which is axis `axis` of the result, the first by default. They meet in the latest
 * of their dtypes. Derivative: each takes its part of the cotangent.
 * @throws ShapeError for no tensors at all, and where shapes differ @see torch.stack, numpy.stack
 *
 * @example
 * import { stack, tensor } from '@renyi/tensor';
 * console.log(stack([tensor([1, 2]), tensor([3, 4])], { axis: -1 }).toArray()); // => [ [ 1, 3 ], [ 2, 4 ] ]
 */
export function stack(tensors: readonly Tensor[], options: { readonly axis?: number } = {}): Tensor {
  checkTensors('stack', tensors);
  checkOptions('stack', options);
  const { shape } = tensors[0] as Tensor;
  const axis = normalizeAxis('stack', options.axis ?? 0, shape.length + 1);
  const other = tensors.find((x) => !sameShape(x.shape, shape));
  if (other !== undefined) {
    throw new ShapeError('stack', {
      expected: 'tensors of one shape',
      got: `${formatShape(shape)} and ${formatShape(other.shape)}`,
    });
  }
  return concat(
    tensors.map((x) => unsqueeze(x, axis)),
    { axis },
  );
}
