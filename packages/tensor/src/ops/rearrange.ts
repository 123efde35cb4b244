import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import * as primitives from '../primitives/rearrangements.js';
import {
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  type Shape,
  sizeOf,
} from '../shape.js';
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

/**
 * x without the given axes, which have extent 1; by default without all axes that do. A view.
 * @throws ShapeError for an axis of another extent @see numpy.squeeze (torch.squeeze leaves such an axis as it is)
 *
 * @example
 * import { ones, squeeze } from '@renyi/tensor';
 * console.log(squeeze(ones([1, 3, 1])).shape, squeeze(ones([1, 3, 1]), { axis: -1 }).shape); // => [ 3 ] [ 1, 3 ]
 */
export function squeeze(x: Tensor, options: { readonly axis?: number | readonly number[] } = {}): Tensor {
  checkTensor('squeeze', x);
  checkOptions('squeeze', options);
  const axes =
    options.axis === undefined
      ? x.shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []))
      : normalizeAxes('squeeze', options.axis, x.rank);
  const stretched = axes.find((axis) => x.shape[axis] !== 1);
  if (stretched !== undefined) {
    throw new ShapeError('squeeze', {
      expected: 'axes of extent 1',
      got: formatShape(x.shape),
      difference: `axis ${stretched} has ${x.shape[stretched]}`,
    });
  }
  return reshape(
    x,
    x.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

/**
 * x with a new axis of extent 1, which is axis `axis` of the result. A view.
 * @throws ShapeError unless the result has such an axis @see torch.unsqueeze, numpy.expand_dims
 *
 * @example
 * import { ones, unsqueeze } from '@renyi/tensor';
 * console.log(unsqueeze(ones([2, 3]), 0).shape, unsqueeze(ones([2, 3]), -1).shape); // => [ 1, 2, 3 ] [ 2, 3, 1 ]
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  checkTensor('unsqueeze', x);
  return reshape(x, x.shape.toSpliced(normalizeAxis('unsqueeze', axis, x.rank + 1), 0, 1));
}

/**
 * The axes from `start` to `end`, both included, as one; all of them by default. A scalar becomes [1]. A view where the
 * elements lie in order.
 * @throws ShapeError for an axis that x does not have, and where `start` is behind `end` @see torch.flatten
 *
 * @example
 * import { flatten, ones } from '@renyi/tensor';
 * console.log(flatten(ones([2, 3, 4])).shape, flatten(ones([2, 3, 4]), { start: 1 }).shape); // => [ 24 ] [ 2, 12 ]
 */
export function flatten(x: Tensor, options: { readonly start?: number; readonly end?: number } = {}): Tensor {
  checkTensor('flatten', x);
  checkOptions('flatten', options);
  if (x.rank === 0) return reshape(x, [1]);
  const start = normalizeAxis('flatten', options.start ?? 0, x.rank);
  const end = normalizeAxis('flatten', options.end ?? -1, x.rank);
  if (start > end) {
    throw new ShapeError('flatten', {
      expected: 'a start axis that is not behind the end axis',
      got: `axes ${start} to ${end} of ${formatShape(x.shape)}`,
    });
  }
  const joined = sizeOf(x.shape.slice(start, end + 1));
  return reshape(x, x.shape.toSpliced(start, end - start + 1, joined));
}
