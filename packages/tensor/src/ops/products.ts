import { checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import { matmul } from './matmul.js';
import { reshape } from './rearrange.js';

/** @throws ShapeError unless both are vectors. */
function checkVectors(operation: string, a: Tensor, b: Tensor, remedy: string): void {
  checkTensor(operation, a);
  checkTensor(operation, b);
  if (a.rank !== 1 || b.rank !== 1) {
    throw new ShapeError(operation, {
      expected: 'two vectors',
      got: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      remedy,
    });
  }
}

/**
 * The inner product of two vectors [k]: the sum of a_i b_i, accumulated in float64 (int32: modulo 2^32). Derivative: g b and g a.
 * @throws ShapeError unless both are vectors of one extent @see torch.dot (numpy.dot of matrices is `matmul`)
 *
 * @example
 * import { dot, tensor } from '@renyi/tensor';
 * console.log(dot(tensor([1, 2, 3]), tensor([4, 5, 6])).item()); // => 32
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  checkVectors('dot', a, b, 'matmul and einsum take matrices');
  if (a.size !== b.size) {
    throw new ShapeError('dot', {
      expected: 'vectors of one extent',
      got: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    });
  }
  return matmul(a, b);
}

/**
 * The outer product of two vectors: [m] and [n] give [m, n] with a_i b_j. Derivative: g b and gᵀ a.
 * @throws ShapeError unless both are vectors @see torch.outer
 *
 * @example
 * import { outer, tensor } from '@renyi/tensor';
 * console.log(outer(tensor([1, 2]), tensor([3, 4])).toArray()); // => [ [ 3, 4 ], [ 6, 8 ] ]
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  checkVectors('outer', a, b, 'flatten makes a vector of each');
  return mul(reshape(a, [a.size, 1]), b);
}
