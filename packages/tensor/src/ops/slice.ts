import { bind } from '../bind.js';
import { checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import * as primitives from '../primitives/rearrangements.js';
import { formatShape, normalizeAxis, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { type Progression, progressionOf, type SliceRange } from './ranges.js';
import { reshape } from './rearrange.js';

/** What is taken of one axis, the first by default, while the others stay whole. */
export interface SliceOptions {
  readonly axis?: number;
  readonly start?: number;
  readonly stop?: number;
  readonly step?: number;
}

/**
 * A part of x. Either a range for each of the leading axes, so that NumPy's `x[1:3, -1, ::-2]` is
 * `slice(x, [[1, 3], -1, [null, null, -2]])`, or one axis by name: `slice(x, { axis: -1, start: 1 })`. Negative positions
 * count from the end, ranges are clipped to the axis and a negative step reads backwards, all as in Python. A view.
 * Derivative: the cotangent where x was read, 0 elsewhere (`embed`).
 * @throws ShapeError for more ranges than axes, or what is no range
 * @throws DomainError for an index beyond its axis @see NumPy's basic indexing, torch.narrow
 *
 * @example
 * import { slice, tensor } from '@renyi/tensor';
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * console.log(slice(x, [null, [1]]).toArray()); // => [ [ 2, 3 ], [ 5, 6 ] ]
 * console.log(slice(x, [-1, [null, null, -1]]).toArray()); // => [ 6, 5, 4 ]
 */
export function slice(x: Tensor, ranges: readonly SliceRange[] | SliceOptions): Tensor {
  checkTensor('slice', x);
  const list = rangesOf(x, ranges);
  if (list.length > x.rank) {
    throw new ShapeError('slice', {
      expected: `at most one range for each axis of ${formatShape(x.shape)}`,
      got: `${list.length} ranges`,
    });
  }
  const part = sliceBy(
    x,
    x.shape.map((extent, axis) => progressionOf('slice', list[axis], extent, axis)),
  );
  const kept = part.shape.filter((_, axis) => typeof list[axis] !== 'number');
  return kept.length === x.rank ? part : reshape(part, kept);
}

function rangesOf(x: Tensor, ranges: readonly SliceRange[] | SliceOptions): readonly SliceRange[] {
  if (isList(ranges)) return ranges;
  if (typeof ranges !== 'object' || ranges === null) {
    throw new ShapeError('slice', {
      expected: 'an array of ranges, or an object with axis, start, stop and step',
      got: String(ranges),
    });
  }
  const { axis = 0, start = null, stop = null, step = null } = ranges;
  const before: readonly SliceRange[] = new Array<null>(normalizeAxis('slice', axis, x.rank)).fill(null);
  return [...before, [start, stop, step]];
}

function isList(ranges: readonly SliceRange[] | SliceOptions): ranges is readonly SliceRange[] {
  return Array.isArray(ranges);
}

/** The part that one progression for each axis takes; x itself where that is all of it. */
function sliceBy(x: Tensor, progressions: readonly Progression[]): Tensor {
  const sizes = progressions.map(({ size }) => size);
  const steps = progressions.map(({ step }) => step);
  if (sameShape(sizes, x.shape) && steps.every((step) => step === 1)) return x;
  return bind(primitives.slice, [x], { starts: progressions.map(({ start }) => start), sizes, steps });
}
