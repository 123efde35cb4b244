import { checkOptions, checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { reshape } from './rearrange.js';
import type { TriangleOptions } from './mask.js';
import { sum } from './reduce.js';
import { slice } from './slice.js';

/**
 * The diagonals of matrices [..., m, n], as [..., length]: the elements with column - row = `diagonal`, 0 by default. A view
 * where the matrices lie in order. Derivative: the cotangent on the diagonal, 0 elsewhere.
 * @throws ShapeError for fewer than two axes, or a diagonal that is no whole number
 * @see torch.diagonal with dim1 = -2 and dim2 = -1, numpy.diagonal
 *
 * @example
 * import { diagonal, tensor } from '@renyi/tensor';
 * console.log(diagonal(tensor([[1, 2], [3, 4]])).toArray()); // => [ 1, 4 ]
 * console.log(diagonal(tensor([[1, 2], [3, 4]]), { diagonal: 1 }).toArray()); // => [ 2 ]
 */
export function diagonal(x: Tensor, options: TriangleOptions = {}): Tensor {
  checkOptions('diagonal', options);
  return diagonalOf('diagonal', x, options.diagonal ?? 0);
}

/**
 * The sum over the main diagonal of matrices [..., m, n], as [...]. Derivative: g on the diagonal, 0 elsewhere.
 * (`trace` of `@renyi/autodiff` is another function: the graph of what a function does.)
 * @throws ShapeError for fewer than two axes @see torch.trace, numpy.trace
 *
 * @example
 * import { tensor, trace } from '@renyi/tensor';
 * console.log(trace(tensor([[1, 2], [3, 4]])).item()); // => 5
 */
export function trace(x: Tensor): Tensor {
  return sum(diagonalOf('trace', x, 0), { axis: -1 });
}

function diagonalOf(operation: string, x: Tensor, offset: number): Tensor {
  checkTensor(operation, x);
  if (x.rank < 2 || !Number.isSafeInteger(offset)) {
    throw new ShapeError(operation, {
      expected: 'matrices [..., m, n] and a diagonal that is a whole number',
      got: `${formatShape(x.shape)} and ${offset}`,
    });
  }
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const start = offset < 0 ? -offset * columns : offset;
  const length = Math.max(0, Math.min(rows - Math.max(-offset, 0), columns - Math.max(offset, 0)));
  // A step along the diagonal is a row and a column further.
  const flat = reshape(x, [...x.shape.slice(0, -2), rows * columns]);
  return slice(flat, { axis: -1, start, stop: start + length * (columns + 1), step: columns + 1 });
}
