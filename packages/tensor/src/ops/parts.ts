import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import * as primitives from '../primitives/rearrangements.js';
import { formatShape, normalizeAxes, normalizeAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { positionOn } from './ranges.js';
import { slice } from './slice.js';

/**
 * The elements in reverse order along the given axes, by default along all. A view. Derivative: the flipped cotangent.
 * @throws ShapeError for an axis that x does not have @see numpy.flip, torch.flip
 *
 * @example
 * import { flip, tensor } from '@renyi/tensor';
 * console.log(flip(tensor([[1, 2], [3, 4]]), { axis: 1 }).toArray()); // => [ [ 2, 1 ], [ 4, 3 ] ]
 */
export function flip(x: Tensor, options: { readonly axis?: number | readonly number[] } = {}): Tensor {
  checkTensor('flip', x);
  checkOptions('flip', options);
  const axes = normalizeAxes('flip', options.axis, x.rank);
  if (axes.length === 0) return x;
  const isFlipped = (axis: number): boolean => axes.includes(axis) && x.shape[axis] !== 0;
  return bind(primitives.slice, [x], {
    starts: x.shape.map((extent, axis) => (isFlipped(axis) ? extent - 1 : 0)),
    sizes: x.shape,
    steps: x.shape.map((_, axis) => (isFlipped(axis) ? -1 : 1)),
  });
}

/**
 * The part of x at one position of an axis, by default the first axis, which goes. A negative index counts from the end.
 * A view. Derivative: the cotangent at that position, 0 elsewhere.
 * @throws ShapeError for an axis that x does not have
 * @throws DomainError for an index beyond the axis @see torch.select
 *
 * @example
 * import { select, tensor } from '@renyi/tensor';
 * console.log(select(tensor([[1, 2], [3, 4]]), -1, { axis: 1 }).toArray()); // => [ 2, 4 ]
 */
export function select(x: Tensor, index: number, options: { readonly axis?: number } = {}): Tensor {
  checkTensor('select', x);
  checkOptions('select', options);
  const axis = normalizeAxis('select', options.axis ?? 0, x.rank);
  const position = positionOn('select', index, x.shape[axis] as number, axis);
  return slice(x, [...new Array<null>(axis).fill(null), position]);
}

/**
 * x cut along an axis, the first by default, into pieces of the given size, of which the last may be smaller, or of the
 * given sizes. Views.
 * @throws ShapeError unless the size is a whole number of at least 1, or the sizes add up to the extent
 * @see torch.split (numpy.split takes the number of pieces)
 *
 * @example
 * import { split, tensor } from '@renyi/tensor';
 * console.log(split(tensor([1, 2, 3, 4, 5]), 2).map((piece) => piece.toArray())); // => [ [ 1, 2 ], [ 3, 4 ], [ 5 ] ]
 */
export function split(
  x: Tensor,
  sizes: number | readonly number[],
  options: { readonly axis?: number } = {},
): Tensor[] {
  checkTensor('split', x);
  checkOptions('split', options);
  const axis = normalizeAxis('split', options.axis ?? 0, x.rank);
  const extent = x.shape[axis] as number;
  let start = 0;
  return sizesOf(sizes, extent).map((size) => {
    const piece = slice(x, { axis, start, stop: start + size });
    start += size;
    return piece;
  });
}

function sizesOf(sizes: number | readonly number[], extent: number): readonly number[] {
  if (typeof sizes === 'number') {
    if (!Number.isSafeInteger(sizes) || sizes < 1) {
      throw new ShapeError('split', { expected: 'pieces of at least 1', got: String(sizes) });
    }
    // Of nothing there is one piece, which is empty.
    const count = Math.max(1, Math.ceil(extent / sizes));
    return Array.from({ length: count }, (_, i) => Math.min(sizes, extent - i * sizes));
  }
  const isRight =
    Array.isArray(sizes) &&
    sizes.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    sizes.reduce((total, size) => total + size, 0) === extent;
  if (!isRight) {
    throw new ShapeError('split', {
      expected: `whole sizes that add up to the extent ${extent}`,
      got: Array.isArray(sizes) ? formatShape(sizes) : String(sizes),
    });
  }
  return sizes;
}
