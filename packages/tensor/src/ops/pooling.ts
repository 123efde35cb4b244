import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { tensor } from '../create.js';
import { isFloat } from '../dtype.js';
import { ConfigError, ShapeError } from '../errors.js';
import { maxPool2dIndices } from '../primitives/pooling.js';
import { formatShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { numberPerAxis, type PerAxis, roundedUp, windowCounts, type Windows } from '../windows.js';
import { add, div } from './arithmetic.js';
import { pad } from './embed.js';
import { cast } from './functions.js';
import { gather } from './indexing.js';
import { reshape } from './rearrange.js';
import { sum } from './reduce.js';
import { slice } from './slice.js';
import { type Axes, batchOf, inTwoAxes, overTwoAxes } from './two-axes.js';

/** Settings of a pooling. Where one is a list, it has an entry for each axis over which windows slide. */
export interface PoolOptions {
  /** From one window to the next; the kernel's extents by default. */
  readonly stride?: PerAxis;
  /** As many elements are imagined at both ends, at most half of the kernel; 0 by default. */
  readonly padding?: PerAxis;
  /** Whether a last window that does not fit counts too, if it starts within x or the padding before it; false by default. */
  readonly ceilMode?: boolean;
}

export interface MaxPoolOptions extends PoolOptions {
  /** From one element of a window to the next; 1 by default. */
  readonly dilation?: PerAxis;
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether the padding's zeros count in the mean; true by default. */
  readonly countIncludePad?: boolean;
}

/**
 * The largest element of each window over the last two axes; NaN if there is one. What is in the padding does not count.
 * Derivative: the cotangent for the largest element, the first in row-major order where there are several.
 * @param x [batch, channels, height, width], or without batch; of any dtype
 * @param kernel the windows' extents
 * @returns [batch, channels, windows down, windows across],
 * floor((extent + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, or rounded up
 * @throws ShapeError where not even one window fits, or one has no element
 * @throws ConfigError for settings that make no sense @see torch.nn.functional.max_pool2d
 *
 * @example
 * import { maxPool2d, tensor } from '@renyi/tensor';
 * const x = tensor([[[1, 2, 5], [4, 3, 6]]]);
 * console.log(maxPool2d(x, 2).toArray(), maxPool2d(x, 2, { ceilMode: true }).toArray()); // => [ [ [ 4 ] ] ] [ [ [ 4, 6 ] ] ]
 */
export function maxPool2d(x: Tensor, kernel: PerAxis, options: MaxPoolOptions = {}): Tensor {
  checkOptions('maxPool2d', options);
  return maxPool('maxPool2d', 2, x, kernel, options);
}

/** `maxPool2d` of one row, [batch, channels, length]. @throws ShapeError, ConfigError @see torch.nn.functional.max_pool1d */
export function maxPool1d(x: Tensor, kernel: PerAxis, options: MaxPoolOptions = {}): Tensor {
  checkOptions('maxPool1d', options);
  return maxPool('maxPool1d', 1, x, kernel, options);
}

/**
 * The mean of each window over the last two axes. Sums are taken over one axis after the other, and then divided.
 * Derivative: each element's share of the cotangents of the windows that it is in.
 * @param x [batch, channels, height, width], or without batch; integers answer in float32
 * @param kernel the windows' extents
 * @returns [batch, channels, windows down, windows across], floor((extent + 2 padding - kernel) / stride) + 1, or rounded up
 * @throws ShapeError where not even one window fits
 * @throws ConfigError for settings that make no sense @see torch.nn.functional.avg_pool2d
 *
 * @example
 * import { avgPool2d, tensor } from '@renyi/tensor';
 * const x = tensor([[[1, 2], [3, 6]]]);
 * console.log(avgPool2d(x, 2).item(), avgPool2d(x, 2, { stride: 1 }).shape); // => 3 [ 1, 1, 1 ]
 */
export function avgPool2d(x: Tensor, kernel: PerAxis, options: AvgPoolOptions = {}): Tensor {
  checkOptions('avgPool2d', options);
  return avgPool('avgPool2d', 2, x, kernel, options);
}

/** `avgPool2d` of one row, [batch, channels, length]. @throws ShapeError, ConfigError @see torch.nn.functional.avg_pool1d */
export function avgPool1d(x: Tensor, kernel: PerAxis, options: AvgPoolOptions = {}): Tensor {
  checkOptions('avgPool1d', options);
  return avgPool('avgPool1d', 1, x, kernel, options);
}

function maxPool(operation: string, axes: Axes, x: Tensor, size: PerAxis, options: MaxPoolOptions): Tensor {
  const { kernel, windows } = windowsOf(operation, axes, x, size, options);
  const [batch, isSingle] = batchOf(x, axes);
  const counts = windowCounts(operation, batch.shape.slice(2), kernel, windows);
  const flat = reshape(batch, [...batch.shape.slice(0, 2), planeOf(batch.shape)]);
  const attributes = {
    ...overTwoAxes(windows),
    kernel: (axes === 1 ? [1, ...kernel] : kernel) as [number, number],
  };
  const indices = bind(maxPool2dIndices, [inTwoAxes(batch, axes)], attributes);
  const largest = gather(flat, reshape(indices, [...flat.shape.slice(0, 2), planeOf(indices.shape)]), -1);
  return reshape(largest, [...(isSingle ? [] : [x.shape[0] as number]), batch.shape[1] as number, ...counts]);
}

function avgPool(operation: string, axes: Axes, x: Tensor, size: PerAxis, options: AvgPoolOptions): Tensor {
  const { kernel, windows, padding } = windowsOf(operation, axes, x, size, options);
  const extents = x.shape.slice(-axes);
  const counts = windowCounts(operation, extents, kernel, windows);
  // What is no float is added up in float64, which holds all of its sums.
  const summands = isFloat(x.dtype) ? x : cast(x, 'float64');
  const sums = kernel.reduce((partial, length, place) => {
    const [stride, around, count] = [windows.stride[place]!, windows.padding[place]!, counts[place]!];
    return windowSums(partial, x.rank - axes + place, { length, stride, around, count });
  }, summands);
  const sizes = counts.map((count, axis) =>
    Array.from({ length: count }, (_, window) => {
      const [start, extent] = [window * windows.stride[axis]! - padding[axis]!, extents[axis]!];
      const isPadded = options.countIncludePad ?? true;
      const end = Math.min(start + kernel[axis]!, extent + (isPadded ? padding[axis]! : 0));
      return end - (isPadded ? start : Math.max(start, 0));
    }),
  );
  const means = div(sums, perWindow(sizes, x));
  return isFloat(x.dtype) ? means : cast(means, 'float32');
}

/** Windows over one axis. */
interface WindowsOverAxis {
  readonly length: number;
  readonly stride: number;
  readonly around: readonly [before: number, after: number];
  readonly count: number;
}

/** The sum of each window over one axis. */
function windowSums(x: Tensor, axis: number, { length, stride, around, count }: WindowsOverAxis): Tensor {
  const [before, after] = around;
  if (length === stride && before === 0 && after === 0) {
    // The windows lie side by side: the axis is cut into them.
    const cut = slice(x, { axis, start: 0, stop: count * length });
    return sum(reshape(cut, x.shape.toSpliced(axis, 1, count, length)), { axis: axis + 1 });
  }
  // The first elements of all windows, the second ones, ...
  const padded = pad(
    x,
    x.shape.map((_, own) => (own === axis ? ([before, after] as const) : ([0, 0] as const))),
  );
  const elements = Array.from({ length }, (_, i) =>
    slice(padded, { axis, start: i, stop: i + (count - 1) * stride + 1, step: stride }),
  );
  return elements.reduce((total, element) => add(total, element));
}

/** How many elements a window has: one number for all of them, or a tensor over the windows. */
function perWindow(sizes: readonly (readonly number[])[], x: Tensor): Tensor | number {
  const products = sizes.reduce<number[]>((left, right) => left.flatMap((a) => right.map((b) => a * b)), [1]);
  const [first = 1] = products;
  if (products.every((product) => product === first)) return first;
  const options = { dtype: isFloat(x.dtype) ? x.dtype : 'float64', backend: x.storage.backend } as const;
  return tensor(Float64Array.from(products), { ...options, shape: sizes.map(({ length }) => length) });
}

function windowsOf(
  operation: string,
  axes: Axes,
  x: Tensor,
  size: PerAxis,
  options: MaxPoolOptions,
): { kernel: readonly number[]; windows: Windows; padding: readonly number[] } {
  checkTensor(operation, x);
  if (x.rank !== axes + 2 && x.rank !== axes + 1) {
    const extents = axes === 1 ? 'length' : 'height, width';
    throw new ShapeError(operation, {
      expected: `x [batch, channels, ${extents}] or [channels, ${extents}]`,
      got: formatShape(x.shape),
    });
  }
  const { stride = size, padding: given = 0, dilation = 1, ceilMode = false } = options;
  const kernel = numberPerAxis(operation, 'a kernel', size, axes, 1);
  const padding = numberPerAxis(operation, 'padding', given, axes, 0);
  if (padding.some((around, axis) => 2 * around > kernel[axis]!)) {
    throw new ConfigError(operation, {
      expected: `padding of at most half of the kernel ${formatShape(kernel)}`,
      got: formatShape(padding),
    });
  }
  const windows = {
    stride: numberPerAxis(operation, 'a stride', stride, axes, 1),
    dilation: numberPerAxis(operation, 'a dilation', dilation, axes, 1),
    padding: padding.map((around) => [around, around] as const),
  };
  const extents = x.shape.slice(-axes);
  return { kernel, padding, windows: ceilMode ? roundedUp(extents, kernel, windows) : windows };
}

/** How many elements a plane has: the product of all extents but the first two. */
function planeOf(shape: Shape): number {
  return shape.slice(2).reduce((product, extent) => product * extent, 1);
}
