import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { checkDType, type DType } from '../dtype.js';
import * as primitives from '../primitives/indexing.js';
import { normalizeAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * result[..., i, ...] = x[..., indices[..., i, ...], ...] along one axis. Derivative: scatterAdd of the cotangent.
 * @param indices int32, of the rank of x and within its extents along the other axes
 * @throws ShapeError, DTypeError
 * @throws DomainError for an index outside 0 ... extent - 1 @see torch.gather
 */
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  checkTensor('gather', x);
  return bind(primitives.gather, [x, indices], { axis: normalizeAxis('gather', axis, x.rank) });
}

/**
 * x with updates[..., i, ...] added at x[..., indices[..., i, ...], ...]: the adjoint of gather. What meets in one
 * element is summed in float64 and rounded once. Derivative: 1 for x, gather for updates.
 * @param updates of the shape of `indices` and the dtype of x, which is not bool
 * @throws ShapeError, DTypeError
 * @throws DomainError for an index outside 0 ... extent - 1 @see torch.scatter_add
 */
export function scatterAdd(x: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  checkTensor('scatterAdd', x);
  return bind(primitives.scatterAdd, [x, indices, updates], {
    axis: normalizeAxis('scatterAdd', axis, x.rank),
  });
}

/**
 * Indicator rows: labels [...] give [..., classes] with a 1 at the label. No derivative.
 * @param options.dtype of the result, float32 by default
 * @throws DTypeError unless the labels are int32
 * @throws ShapeError unless `classes` is a whole number of at least 1
 * @throws DomainError for a label outside 0 ... classes - 1 @see torch.nn.functional.one_hot
 */
export function oneHot(labels: Tensor, classes: number, options: { readonly dtype?: DType } = {}): Tensor {
  checkOptions('oneHot', options);
  const { dtype = 'float32' } = options;
  checkDType('oneHot', dtype);
  return bind(primitives.oneHot, [labels], { classes, dtype });
}
