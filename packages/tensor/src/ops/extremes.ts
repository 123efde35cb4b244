import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import * as alongAxis from '../primitives/along-axis.js';
import * as reductions from '../primitives/reductions.js';
import { checkExtremum, normalizeAxis } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { gather } from './indexing.js';
import { reshape, squeeze, unsqueeze } from './rearrange.js';
import { checkedAxes, type ReduceOptions } from './reduce.js';
import { reversed } from './reversed.js';

export interface ArgOptions {
  /** The axis to look along; a negative one counts from the end. By default x is looked at as if it had one axis. */
  readonly axis?: number;
  /** Whether the axis stays, with extent 1. */
  readonly keepDims?: boolean;
}

export interface AlongOptions {
  /** The axis to look along, the last one by default; a negative one counts from the end. */
  readonly axis?: number;
  /** Whether the axis stays, with extent 1. */
  readonly keepDims?: boolean;
}

/** Elements, and where along an axis they were found. */
export interface Found {
  readonly values: Tensor;
  /** int32 */
  readonly indices: Tensor;
}

/**
 * The largest element over the given axes; NaN if there is one. Derivative: shared evenly among ties, as torch.amax.
 * @throws DomainError over nothing
 * @throws ShapeError for an axis that x does not have @see torch.amax
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = checkedAxes('max', x, options);
  return bind(reductions.max, [x], { axes, keepDims: options.keepDims ?? false });
}

/** The smallest element over the given axes, otherwise as `max`. @throws DomainError, ShapeError @see torch.amin */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = checkedAxes('min', x, options);
  checkExtremum('min', 'minimum', x.shape, axes);
  return reversed(max(reversed(x), options));
}

/**
 * The position of the largest element, int32: along an axis, or in row-major order if none is given. The first of several
 * that tie; the first NaN if there is one. No derivative.
 * @throws DomainError over nothing
 * @throws ShapeError for an axis that x does not have @see torch.argmax, numpy.argmax
 *
 * @example
 * import { argmax, tensor } from '@renyi/tensor';
 * const x = tensor([[1, 5, 5], [7, 2, 3]]);
 * console.log(argmax(x).item(), argmax(x, { axis: 1 }).toArray()); // => 3 [ 1, 0 ]
 */
export function argmax(x: Tensor, options: ArgOptions = {}): Tensor {
  checkTensor('argmax', x);
  checkOptions('argmax', options);
  return placeOf('argmax', 'maximum', x, options);
}

/** The position of the smallest element, otherwise as `argmax`. @throws DomainError, ShapeError @see torch.argmin */
export function argmin(x: Tensor, options: ArgOptions = {}): Tensor {
  checkTensor('argmin', x);
  checkOptions('argmin', options);
  return placeOf('argmin', 'minimum', x, options);
}

function placeOf(
  operation: string,
  extremum: 'maximum' | 'minimum',
  x: Tensor,
  { axis, keepDims = false }: ArgOptions,
): Tensor {
  const along = axis === undefined ? 0 : normalizeAxis(operation, axis, x.rank);
  const line = axis === undefined ? reshape(x, [x.size]) : x;
  checkExtremum(operation, extremum, line.shape, [along]);
  const place = bind(alongAxis.argmax, [extremum === 'maximum' ? line : reversed(line)], { axis: along });
  if (!keepDims) return place;
  return axis === undefined
    ? reshape(
        place,
        x.shape.map(() => 1),
      )
    : unsqueeze(place, along);
}

/**
 * The largest element along one axis, by default the last, and where it is: the first of several that tie, the first NaN if
 * there is one. Derivative: all of it to the element that was found, as torch.max with an axis.
 * @throws DomainError over nothing
 * @throws ShapeError for an axis that x does not have @see torch.max
 *
 * @example
 * import { maxWithIndices, tensor } from '@renyi/tensor';
 * const { values, indices } = maxWithIndices(tensor([[1, 5, 5], [7, 2, 3]]));
 * console.log(values.toArray(), indices.toArray()); // => [ 5, 7 ] [ 1, 0 ]
 */
export function maxWithIndices(x: Tensor, options: AlongOptions = {}): Found {
  checkTensor('maxWithIndices', x);
  checkOptions('maxWithIndices', options);
  return found('maxWithIndices', 'maximum', x, options);
}

/** The smallest element along one axis and where it is, otherwise as `maxWithIndices`. @throws DomainError, ShapeError @see torch.min */
export function minWithIndices(x: Tensor, options: AlongOptions = {}): Found {
  checkTensor('minWithIndices', x);
  checkOptions('minWithIndices', options);
  return found('minWithIndices', 'minimum', x, options);
}

function found(
  operation: string,
  extremum: 'maximum' | 'minimum',
  x: Tensor,
  { axis = -1, keepDims = false }: AlongOptions,
): Found {
  const along = normalizeAxis(operation, axis, x.rank);
  const places = placeOf(operation, extremum, x, { axis: along, keepDims: true });
  const values = gather(x, places, along);
  if (keepDims) return { values, indices: places };
  return { values: squeeze(values, { axis: along }), indices: squeeze(places, { axis: along }) };
}
