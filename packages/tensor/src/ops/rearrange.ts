import { bind } from '../bind.js';
import { checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import * as primitives from '../primitives/rearrangements.js';
import { checkShape, formatShape, normalizeAxis, sameShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * The same elements, in row-major order, under another shape; one extent may be -1, to be worked out from the
 * others. A view where the elements lie in order.
 * @throws ShapeError when the number of elements differs @see torch.reshape
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', x);
  const full = inferExtent(x, shape);
  return sameShape(full, x.shape) ? x : bind(primitives.reshape, [x], { shape: full });
}

function inferExtent(x: Tensor, shape: Shape): Shape {
  const unknown = Array.isArray(shape) ? shape.indexOf(-1) : -1;
  if (unknown < 0) {
    checkShape('reshape', shape);
    return [...shape];
  }
  const others = shape.filter((_, axis) => axis !== unknown);
  const extent = x.size / sizeOf(others);
  if (!Number.isInteger(extent) || others.some((own) => !Number.isInteger(own) || own < 0)) {
    throw new ShapeError('reshape', {
      expected: `at most one extent of -1, and whole numbers whose product divides the ${x.size} elements of ${formatShape(x.shape)}`,
      got: formatShape(shape),
    });
  }
  return shape.map((own, axis) => (axis === unknown ? extent : own));
}

/**
 * The axes in another order, the reverse one by default; axis i of the result is axis `axes[i]` of x. A view.
 * @throws ShapeError unless `axes` names each axis once @see numpy.transpose, torch.permute
 */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  checkTensor('transpose', x);
  const order = axes
    ? axes.map((axis) => normalizeAxis('transpose', axis, x.rank))
    : Array.from({ length: x.rank }, (_, axis) => x.rank - 1 - axis);
  return bind(primitives.transpose, [x], { axes: order });
}

/**
 * x broadcast to `shape`: extents of 1 and missing leading axes are repeated. A view.
 * Derivative: the cotangent summed over what was repeated.
 * @throws ShapeError when x does not broadcast to it @see torch.Tensor.expand, numpy.broadcast_to
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkTensor('expand', x);
  checkShape('expand', shape);
  return sameShape(x.shape, shape) ? x : bind(primitives.expand, [x], { shape: [...shape] });
}
