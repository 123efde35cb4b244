import { checkIndex, checkOptions, checkTensor } from '../checks.js';
import { tensor } from '../create.js';
import { DomainError, DTypeError, ShapeError } from '../errors.js';
import { formatShape, normalizeAxis, sameShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { gather, scatterAdd } from './indexing.js';
import { expand, reshape } from './rearrange.js';

/** Positions along an axis: int32, or an array of whole numbers. */
export type Indices = Tensor | readonly number[];

/**
 * The parts of x at the given positions of an axis, by default the first: the axis is replaced by those of the indices, so
 * `take(weight, indices)` of [rows, n] and [...] is [..., n]. Derivative: the cotangents of each position, summed.
 * @param indices from 0 to extent - 1, of any shape; none counts from the end
 * @throws ShapeError for an axis that x does not have
 * @throws DTypeError unless the indices are int32
 * @throws DomainError for an index beyond the axis @see numpy.take, torch.nn.functional.embedding
 *
 * @example
 * import { take, tensor } from '@renyi/tensor';
 * const x = tensor([[1, 2], [3, 4], [5, 6]]);
 * console.log(take(x, [2, 0, 2]).toArray()); // => [ [ 5, 6 ], [ 1, 2 ], [ 5, 6 ] ]
 */
export function take(x: Tensor, indices: Indices, options: { readonly axis?: number } = {}): Tensor {
  checkTensor('take', x);
  checkOptions('take', options);
  const axis = normalizeAxis('take', options.axis ?? 0, x.rank);
  const positions = toIndices('take', indices, x, axis);
  const taken = gather(x, along(positions, x.shape, axis), axis);
  return reshape(taken, x.shape.toSpliced(axis, 1, ...positions.shape));
}

/**
 * `take` by a list of positions: the result has as many parts along the axis as there are indices.
 * @throws ShapeError unless the indices have one axis; and as `take` @see torch.index_select
 */
export function indexSelect(x: Tensor, indices: Indices, options: { readonly axis?: number } = {}): Tensor {
  checkTensor('indexSelect', x);
  checkOptions('indexSelect', options);
  const axis = normalizeAxis('indexSelect', options.axis ?? 0, x.rank);
  const positions = toIndices('indexSelect', indices, x, axis);
  checkList('indexSelect', positions);
  return gather(x, along(positions, x.shape, axis), axis);
}

/**
 * x with the parts of `source` added at the given positions of an axis, by default the first: the adjoint of `indexSelect`.
 * What meets in one element is summed in float64 and rounded once. Derivative: 1 for x, `indexSelect` for the source.
 * @param source of the shape of x but along the axis, where there is one part for each index
 * @throws ShapeError, DTypeError, DomainError as `indexSelect` @see torch.index_add
 *
 * @example
 * import { indexAdd, tensor, zeros } from '@renyi/tensor';
 * console.log(indexAdd(zeros([3]), [0, 2, 2], tensor([1, 2, 3])).toArray()); // => [ 1, 0, 5 ]
 */
export function indexAdd(
  x: Tensor,
  indices: Indices,
  source: Tensor,
  options: { readonly axis?: number } = {},
): Tensor {
  checkTensor('indexAdd', x);
  checkTensor('indexAdd', source);
  checkOptions('indexAdd', options);
  const axis = normalizeAxis('indexAdd', options.axis ?? 0, x.rank);
  const positions = toIndices('indexAdd', indices, x, axis);
  checkList('indexAdd', positions);
  const shape = x.shape.with(axis, positions.size);
  if (!sameShape(source.shape, shape)) {
    throw new ShapeError('indexAdd', {
      expected: `a source of shape ${formatShape(shape)}, with one part for each index`,
      got: formatShape(source.shape),
    });
  }
  if (source.dtype !== x.dtype || x.dtype === 'bool') {
    throw new DTypeError('indexAdd', {
      expected: 'numbers of one dtype',
      got: `${x.dtype} and ${source.dtype}`,
    });
  }
  return scatterAdd(x, along(positions, x.shape, axis), source, axis);
}

/** The indices as an int32 tensor beside x. */
function toIndices(operation: string, indices: Indices, x: Tensor, axis: number): Tensor {
  if (Array.isArray(indices)) return listed(operation, indices, x, axis);
  const positions = indices as Tensor;
  checkTensor(operation, positions);
  if (positions.dtype !== 'int32') {
    throw new DTypeError(operation, {
      expected: 'indices of dtype int32',
      got: positions.dtype,
      remedy: "Make them with tensor(values, { dtype: 'int32' }) or cast them",
    });
  }
  return positions;
}

function listed(operation: string, indices: readonly number[], x: Tensor, axis: number): Tensor {
  for (const index of indices) {
    if (!Number.isInteger(index))
      throw new DomainError(operation, { expected: 'indices that are whole numbers', got: String(index) });
    checkIndex(operation, `index along axis ${axis}`, index, x.shape[axis] as number);
  }
  return tensor([...indices], { dtype: 'int32', backend: x.storage.backend });
}

function checkList(operation: string, positions: Tensor): void {
  if (positions.rank !== 1) {
    throw new ShapeError(operation, {
      expected: 'indices of one axis',
      got: formatShape(positions.shape),
      ...(operation === 'indexSelect' && { remedy: 'take has no such limit' }),
    });
  }
}

/** The positions, flat, repeated along all axes of `shape` but `axis`, where each of them stands for a whole part. */
function along(positions: Tensor, shape: Shape, axis: number): Tensor {
  const column = reshape(
    positions,
    shape.map((_, i) => (i === axis ? positions.size : 1)),
  );
  return expand(column, shape.with(axis, positions.size));
}
