import { bind } from '../bind.js';
import { checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import * as primitives from '../primitives/matmul.js';
import { noAttributes } from '../primitives/signatures.js';
import { formatShape, type Shape } from '../shape.js';
import type { CheckMatmul, MatmulShape } from '../typed-shape.js';
import type { Tensor } from '../tensor.js';
import { reshape } from './rearrange.js';

/**
 * Matrix product: [..., m, k] times [..., k, n] gives [..., m, n]; leading axes are broadcast. A vector [k] on the left is
 * a row, one on the right a column, and its axis of extent 1 is not in the result: [m, k] times [k] is [m], [k] times [k] a scalar.
 * Each element is a sum over k accumulated in float64 (int32: modulo 2^32). Derivative: g bᵀ and aᵀ g. Cost: m n k multiply-adds.
 * @throws ShapeError for a scalar, where the inner extents differ, or where the leading axes do not broadcast
 * @see torch.matmul
 *
 * @example
 * import { matmul, tensor } from '@renyi/tensor';
 * const a = tensor([[1, 2], [3, 4]]);
 * console.log(matmul(a, a).toArray(), matmul(a, tensor([1, 10])).toArray()); // => [ [ 7, 10 ], [ 15, 22 ] ] [ 21, 43 ]
 */
export function matmul<A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Tensor<B> & CheckMatmul<A, B>,
): Tensor<MatmulShape<A, B>> {
  checkTensor('matmul', a);
  checkTensor('matmul', b);
  if (a.rank > 1 && b.rank > 1) return bind(primitives.matmul, [a, b], noAttributes);
  if (a.rank === 0 || b.rank === 0) {
    throw new ShapeError('matmul', {
      expected: 'operands with at least 1 axis, matrices [..., m, k] and [..., k, n] or vectors [k]',
      got: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      remedy: 'Multiply by a scalar with mul',
    });
  }
  primitives.checkInner(a.shape, b.shape);
  const row = a.rank === 1 ? reshape(a, [1, a.size]) : a;
  const column = b.rank === 1 ? reshape(b, [b.size, 1]) : b;
  const product = bind(primitives.matmul, [row, column], noAttributes);
  const { shape } = product;
  return reshape(product, [
    ...shape.slice(0, -2),
    ...(a.rank === 1 ? [] : shape.slice(-2, -1)),
    ...(b.rank === 1 ? [] : shape.slice(-1)),
  ]);
}
