import { checkTensor } from '../checks.js';
import { tensor } from '../create.js';
import { toFloat } from '../dtype.js';
import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { numberPerAxis, type PerAxis } from '../windows.js';
import { div } from './arithmetic.js';
import { where } from './compare.js';
import { reshape } from './rearrange.js';
import { sum } from './reduce.js';
import { take } from './take.js';

/**
 * The means over as many parts of the last two axes as `size` says, whatever their extents: part i of n reaches from
 * floor(i extent / n) to ceil((i + 1) extent / n), so that neighbors overlap where the extent is no multiple of n.
 * Derivative: each element's share of the cotangents of the parts that it is in.
 * @param x [..., height, width] with one or two axes before; integers answer in float32
 * @param size how many parts each axis has; 1 is the mean over all
 * @throws ShapeError for other shapes, and where there is nothing to average
 * @throws ConfigError unless the size is a whole number of at least 1, or two @see torch.nn.functional.adaptive_avg_pool2d
 *
 * @example
 * import { adaptiveAvgPool1d, tensor } from '@renyi/tensor';
 * console.log(adaptiveAvgPool1d(tensor([[1, 3, 5]]), 2).toArray()); // => [ [ 2, 4 ] ]
 */
export function adaptiveAvgPool2d(x: Tensor, size: PerAxis): Tensor {
  return adaptiveAvgPool('adaptiveAvgPool2d', 2, x, size);
}

/** `adaptiveAvgPool2d` over the last axis alone. @throws ShapeError, ConfigError @see torch.nn.functional.adaptive_avg_pool1d */
export function adaptiveAvgPool1d(x: Tensor, size: PerAxis): Tensor {
  return adaptiveAvgPool('adaptiveAvgPool1d', 1, x, size);
}

function adaptiveAvgPool(operation: string, axes: 1 | 2, x: Tensor, size: PerAxis): Tensor {
  checkTensor(operation, x);
  const counts = numberPerAxis(operation, 'a size', size, axes, 1);
  const extents = x.shape.slice(-axes);
  if ((x.rank !== axes + 1 && x.rank !== axes + 2) || extents.includes(0)) {
    const names = axes === 1 ? 'length' : 'height, width';
    throw new ShapeError(operation, {
      expected: `x [batch, channels, ${names}] or [channels, ${names}] with at least one element along ${axes === 1 ? 'the last axis' : 'the last two axes'}`,
      got: formatShape(x.shape),
    });
  }
  return counts.reduce((y, count, place) => meansOfParts(y, x.rank - axes + place, count), x);
}

/** The means over `count` parts of one axis. */
function meansOfParts(x: Tensor, axis: number, count: number): Tensor {
  const extent = x.shape[axis] as number;
  const parts = Array.from({ length: count }, (_, part) => {
    const start = Math.floor((part * extent) / count);
    return { start, length: Math.ceil(((part + 1) * extent) / count) - start };
  });
  const longest = Math.max(...parts.map(({ length }) => length));
  const split = [...x.shape.slice(0, axis), count, longest, ...x.shape.slice(axis + 1)];
  const isEven = count * longest === extent;
  const options = { dtype: toFloat(x.dtype), backend: x.storage.backend };
  const behind = new Array<number>(x.rank - 1 - axis).fill(1);
  if (isEven) return div(sum(reshape(x, split), { axis: axis + 1 }), longest);
  // The parts one after the other, the shorter ones filled up with what does not count.
  const places = parts.flatMap(({ start, length }) =>
    Array.from({ length: longest }, (_, i) => start + Math.min(i, length - 1)),
  );
  const counts = parts.flatMap(({ length }) => Array.from({ length: longest }, (_, i) => Number(i < length)));
  const isIn = tensor(counts, {
    dtype: 'bool',
    backend: options.backend,
    shape: [count, longest, ...behind],
  });
  const elements = reshape(take(x, places, { axis }), split);
  const lengths = tensor(
    parts.map(({ length }) => length),
    { ...options, shape: [count, ...behind] },
  );
  return div(sum(where(isIn, elements, 0), { axis: axis + 1 }), lengths);
}
