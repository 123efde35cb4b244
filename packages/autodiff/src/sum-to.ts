import { reshape, sameShape, type Shape, sum, type Tensor } from '@renyi/tensor';

/**
 * The adjoint of broadcasting: sums a tensor over the axes along which `shape` was stretched to its own shape.
 * (Broadcasting copies x to every place; the derivative of a copy is 1, and cotangents of copies add up.)
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const missing = x.rank - shape.length;
  const stretched = x.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < missing || (shape[axis - missing] === 1 && x.shape[axis] !== 1));
  return reshape(sum(x, { axis: stretched }), shape);
}
