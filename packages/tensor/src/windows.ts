import { ConfigError, ShapeError } from './errors.js';
import { formatShape, type Shape } from './shape.js';

/** How windows lie over some axes: an entry for each of them. */
export interface Windows {
  /** From one window to the next. */
  readonly stride: readonly number[];
  /** Elements that are imagined before and after those that are there. */
  readonly padding: readonly (readonly [before: number, after: number])[];
  /** From one element of a window to the next. */
  readonly dilation: readonly number[];
}

/** How many elements lie from the first to the last of a window, both included: dilation (kernel - 1) + 1. */
export function reachOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/**
 * How many windows fit along each axis: floor((extent + before + after - reach) / stride) + 1.
 * @throws ShapeError where not even one does
 */
export function windowCounts(operation: string, extents: Shape, kernel: Shape, windows: Windows): number[] {
  return extents.map((extent, axis) => {
    const [before, after] = windows.padding[axis] as readonly [number, number];
    const reach = reachOf(kernel[axis] as number, windows.dilation[axis] as number);
    const rest = extent + before + after - reach;
    if (!(kernel[axis] as number) || rest < 0) {
      throw new ShapeError(operation, {
        expected: `windows of at least one element that fit into ${formatShape(extents)} and its padding`,
        got: `a kernel of ${formatShape(kernel)}`,
        difference: `a window spans ${Math.max(reach, 0)} of ${extent + before + after}`,
        remedy: 'Add padding, or take a smaller kernel or dilation',
      });
    }
    return Math.floor(rest / (windows.stride[axis] as number)) + 1;
  });
}

/**
 * The windows with so much added behind that the counts are rounded up instead of down: a last window that does not fit
 * counts if it starts within the elements or the padding before them.
 */
export function roundedUp(extents: Shape, kernel: Shape, windows: Windows): Windows {
  const padding = windows.padding.map(([before, after], axis) => {
    const [extent, stride] = [extents[axis] as number, windows.stride[axis] as number];
    const reach = reachOf(kernel[axis] as number, windows.dilation[axis] as number);
    const last = Math.ceil((extent + before + after - reach) / stride);
    const start = (last * stride >= extent + before ? last - 1 : last) * stride;
    return [before, Math.max(0, start + reach - extent - before)] as const;
  });
  return { ...windows, padding };
}

/** A setting for each axis: one number for all of them, or a list. */
export type PerAxis = number | readonly number[];

/** @throws ConfigError unless `value` is a whole number of at least `least`, or one such number for each of `axes` axes. */
export function numberPerAxis(
  operation: string,
  setting: string,
  value: PerAxis,
  axes: number,
  least: number,
): readonly number[] {
  const list: readonly number[] = Array.isArray(value)
    ? value
    : new Array<number>(axes).fill(value as number);
  if (list.length !== axes || !list.every((entry) => Number.isSafeInteger(entry) && entry >= least)) {
    const each = axes === 1 ? 'or a list of one' : `or a list of ${axes}, one for each axis`;
    throw new ConfigError(operation, {
      expected: `${setting} of at least ${least}, a whole number ${each}`,
      got: Array.isArray(value) ? formatShape(value) : String(value),
    });
  }
  return list;
}

/**
 * How much is imagined around the elements: one number for all sides; or a list with an entry for each axis, a number for
 * both of its ends or [before, after]; 'valid' for none; 'same' for as much as keeps the extents at stride 1, where what
 * does not split evenly goes behind.
 */
export type Padding =
  | 'valid'
  | 'same'
  | number
  | readonly (number | readonly [before: number, after: number])[];

/** @throws ConfigError for what is no padding of `axes` axes, and for 'same' with a stride. */
export function paddingPerAxis(
  operation: string,
  padding: Padding,
  kernel: Shape,
  { stride, dilation }: Omit<Windows, 'padding'>,
): Windows['padding'] {
  const axes = kernel.length;
  if (padding === 'valid') return kernel.map(() => [0, 0]);
  if (padding === 'same') {
    if (stride.some((step) => step !== 1)) {
      throw new ConfigError(operation, {
        expected: `a stride of 1 with padding 'same'`,
        got: formatShape(stride),
        remedy: 'Give the padding in numbers',
      });
    }
    return kernel.map((extent, axis) => {
      const total = Math.max(reachOf(extent, dilation[axis] as number) - 1, 0);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
  }
  const list: unknown = Array.isArray(padding) ? padding : new Array(axes).fill(padding);
  const ends = (list as readonly unknown[]).map((entry) => (Array.isArray(entry) ? entry : [entry, entry]));
  const fits =
    ends.length === axes &&
    ends.every((pair) => pair.length === 2 && pair.every((end) => Number.isSafeInteger(end) && end >= 0));
  if (!fits) {
    throw new ConfigError(operation, {
      expected: `padding 'valid', 'same', a whole number of at least 0, or a list of ${axes}: a number or [before, after] for each axis`,
      got: JSON.stringify(padding) ?? String(padding),
    });
  }
  return ends as unknown as Windows['padding'];
}
