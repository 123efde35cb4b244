import { checkNumber, checkOptions, checkTensor } from '../checks.js';
import { tensor, zeros } from '../create.js';
import { DTypeError, ShapeError } from '../errors.js';
import { formatShape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { where } from './compare.js';
import { expand, reshape } from './rearrange.js';
import { take } from './take.js';

function checkMask(operation: string, mask: Tensor): void {
  checkTensor(operation, mask);
  if (mask.dtype !== 'bool') {
    throw new DTypeError(operation, { expected: 'a mask of dtype bool', got: mask.dtype });
  }
}

/**
 * The parts of x where the mask holds, in row-major order, as [count, ...]: NumPy's `x[mask]`. The mask covers all axes of x
 * or the leading ones. It is read at once, since it decides the shape. Derivative: the cotangent where the mask holds.
 * @throws DTypeError unless the mask is bool
 * @throws ShapeError unless the leading extents of x are the mask's
 * @throws BackendError where the mask cannot be read synchronously @see torch.masked_select
 *
 * @example
 * import { booleanMask, tensor } from '@renyi/tensor';
 * console.log(booleanMask(tensor([1, 2, 3]), tensor([true, false, true])).toArray()); // => [ 1, 3 ]
 */
export function booleanMask(x: Tensor, mask: Tensor): Tensor {
  checkTensor('booleanMask', x);
  checkMask('booleanMask', mask);
  if (!sameShape(x.shape.slice(0, mask.rank), mask.shape)) {
    throw new ShapeError('booleanMask', {
      expected: `a mask over leading axes of ${formatShape(x.shape)}`,
      got: formatShape(mask.shape),
    });
  }
  const held: number[] = [];
  mask.dataSync().forEach((value, position) => {
    if (value !== 0) held.push(position);
  });
  return take(reshape(x, [mask.size, ...x.shape.slice(mask.rank)]), held);
}

/**
 * x with `value` where the mask holds, which broadcasts to x. Derivative: the cotangent where it does not hold.
 * @param value a number, which adopts the dtype of x where that can hold it
 * @throws DTypeError unless the mask is bool
 * @throws ShapeError when the mask does not broadcast to x @see torch.masked_fill
 *
 * @example
 * import { maskedFill, tensor } from '@renyi/tensor';
 * console.log(maskedFill(tensor([1, 2]), tensor([true, false]), -Infinity).toArray()); // => [ -Infinity, 2 ]
 */
export function maskedFill(x: Tensor, mask: Tensor, value: number): Tensor {
  checkTensor('maskedFill', x);
  checkMask('maskedFill', mask);
  checkNumber('maskedFill', value);
  const missing = x.rank - mask.rank;
  const fits =
    missing >= 0 && mask.shape.every((extent, axis) => extent === 1 || extent === x.shape[axis + missing]);
  if (!fits) {
    throw new ShapeError('maskedFill', {
      expected: `a mask that broadcasts to ${formatShape(x.shape)}`,
      got: formatShape(mask.shape),
    });
  }
  return where(mask, value, x);
}

/** How far from the main diagonal a triangle ends: 0 on it, 1 above, -1 below. */
export interface TriangleOptions {
  readonly diagonal?: number;
}

/**
 * The lower triangles of matrices [..., m, n]: x where column - row <= diagonal, 0 elsewhere. Derivative: the same of the
 * cotangent.
 * @throws ShapeError for fewer than two axes, or a diagonal that is no whole number @see torch.tril
 *
 * @example
 * import { ones, tril } from '@renyi/tensor';
 * console.log(tril(ones([2, 2])).toArray()); // => [ [ 1, 0 ], [ 1, 1 ] ]
 */
export function tril(x: Tensor, options: TriangleOptions = {}): Tensor {
  checkOptions('tril', options);
  return triangle('tril', x, options, (distance) => distance <= 0);
}

/** The upper triangles: x where column - row >= diagonal, 0 elsewhere. As `tril` otherwise. @throws ShapeError @see torch.triu */
export function triu(x: Tensor, options: TriangleOptions = {}): Tensor {
  checkOptions('triu', options);
  return triangle('triu', x, options, (distance) => distance >= 0);
}

function triangle(
  operation: string,
  x: Tensor,
  { diagonal = 0 }: TriangleOptions,
  isKept: (distance: number) => boolean,
): Tensor {
  checkTensor(operation, x);
  if (x.rank < 2 || !Number.isSafeInteger(diagonal)) {
    throw new ShapeError(operation, {
      expected: 'matrices [..., m, n] and a diagonal that is a whole number',
      got: `${formatShape(x.shape)} and ${diagonal}`,
    });
  }
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const { backend } = x.storage;
  const kept = Uint8Array.from({ length: rows * columns }, (_, i) =>
    Number(isKept((i % columns) - Math.floor(i / columns) - diagonal)),
  );
  const mask = tensor(kept, { dtype: 'bool', shape: [rows, columns], backend });
  return where(mask, x, expand(zeros([], { dtype: x.dtype, backend }), x.shape));
}
