import { DTypeError, ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { formatShape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** @throws DTypeError unless the tensor holds int32. */
function checkIndices(operation: string, what: string, indices: Tensor): void {
  if (indices.dtype !== 'int32') {
    throw new DTypeError(operation, {
      expected: `${what} of dtype int32`,
      got: indices.dtype,
      remedy: `Make them with tensor(values, { dtype: 'int32' }) or cast them`,
    });
  }
}

/** Indices may be shorter than the operand along any axis but `axis`, where they may have any extent. */
function checkIndexShape(operation: string, x: Tensor, indices: Tensor, axis: number): void {
  const fits =
    indices.rank === x.rank &&
    indices.shape.every((extent, i) => i === axis || extent <= (x.shape[i] as number));
  if (!fits) {
    throw new ShapeError(operation, {
      expected: `indices of rank ${x.rank}, within ${formatShape(x.shape)} except along axis ${axis}`,
      got: formatShape(indices.shape),
    });
  }
}

/** result[..., i, ...] = x[..., indices[..., i, ...], ...] along one axis, as torch.gather. */
export const gather: Primitive<'gather'> = {
  name: 'gather',
  shape: ([x, indices], { axis }) => {
    checkIndexShape('gather', x, indices, axis);
    return indices.shape;
  },
  dtype: ([x, indices]) => {
    checkIndices('gather', 'indices', indices);
    return x.dtype;
  },
  broadcasts: false,
};

/** x with updates[..., i, ...] added at x[..., indices[..., i, ...], ...], as torch.scatter_add: the adjoint of gather. */
export const scatterAdd: Primitive<'scatterAdd'> = {
  name: 'scatterAdd',
  shape: ([x, indices, updates], { axis }) => {
    checkIndexShape('scatterAdd', x, indices, axis);
    if (!sameShape(indices.shape, updates.shape)) {
      throw new ShapeError('scatterAdd', {
        expected: `updates of the indices' shape ${formatShape(indices.shape)}`,
        got: formatShape(updates.shape),
      });
    }
    return x.shape;
  },
  dtype: ([x, indices, updates]) => {
    checkIndices('scatterAdd', 'indices', indices);
    if (x.dtype === 'bool') {
      throw new DTypeError('scatterAdd', {
        expected: 'numbers to add to',
        got: x.dtype,
        remedy: 'Cast it: a bool cannot count',
      });
    }
    if (updates.dtype !== x.dtype) {
      throw new DTypeError('scatterAdd', { expected: `updates of dtype ${x.dtype}`, got: updates.dtype });
    }
    return x.dtype;
  },
  broadcasts: false,
};

/** Labels [...] to indicator rows [..., classes]. */
export const oneHot: Primitive<'oneHot'> = {
  name: 'oneHot',
  shape: ([labels], { classes }) => {
    if (!Number.isSafeInteger(classes) || classes < 1) {
      throw new ShapeError('oneHot', { expected: 'at least one class', got: String(classes) });
    }
    return [...labels.shape, classes];
  },
  dtype: ([labels], { dtype }) => {
    checkIndices('oneHot', 'labels', labels);
    return dtype;
  },
  broadcasts: false,
};
