import { type Shape, sizeOf } from './shape.js';

/**
 * How a tensor's elements lie in its storage: element `[i, j, ...]` is at `offset + i * strides[0] + j * strides[1] + ...`.
 * Strides may be 0 (an element repeated) or negative (an axis read backwards).
 * Immutable and shared between tensors: an elementwise result takes over its operand's layout object.
 */
export class Layout {
  /** The number of elements. */
  readonly size: number;
  /** Whether the elements lie in row-major order without gaps. */
  readonly isContiguous: boolean;

  constructor(
    readonly shape: Shape,
    readonly strides: readonly number[],
  ) {
    this.size = sizeOf(shape);
    this.isContiguous = this.size === 0 || isRowMajor(shape, strides);
  }

  /** The row-major layout of a shape. */
  static contiguous(shape: Shape): Layout {
    const strides = new Array<number>(shape.length);
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis] as number;
    }
    return new Layout(shape, strides);
  }
}

/** An axis of extent 1 is never stepped along, so its stride does not matter. */
function isRowMajor(shape: Shape, strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number;
    if (extent !== 1 && strides[axis] !== expected) return false;
    expected *= extent;
  }
  return true;
}

/** The strides with which an operand is read when it is broadcast to `shape`: 0 along every stretched axis. */
export function broadcastStrides(layout: Layout, shape: Shape): number[] {
  const missing = shape.length - layout.shape.length;
  return shape.map((_, axis) => {
    const own = axis - missing;
    return own < 0 || layout.shape[own] === 1 ? 0 : (layout.strides[own] as number);
  });
}

/**
 * The strides under which the elements of `layout`, in row-major order, take another shape of the same size where they
 * are; undefined where no strides do.
 *
 * Neighboring axes form one run when a step along the outer one is as long as the whole of the inner one. Axes of the new
 * shape may divide a run; they cannot reach beyond it.
 */
export function reshapedStrides(layout: Layout, shape: Shape): number[] | undefined {
  const runs = runsOf(layout);
  const strides = new Array<number>(shape.length);
  let left = 1;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number;
    if (left === 1 && extent !== 1) ({ extent: left, stride } = runs.shift() as Run);
    if (left % extent !== 0) return undefined;
    strides[axis] = stride;
    stride *= extent;
    left /= extent;
  }
  return strides;
}

interface Run {
  readonly extent: number;
  readonly stride: number;
}

/** The longest runs of a layout that is not empty, the innermost first. */
function runsOf({ shape, strides }: Layout): Run[] {
  const runs: Run[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const own: Run = { extent: shape[axis] as number, stride: strides[axis] as number };
    if (own.extent === 1) continue;
    const inner = runs.at(-1);
    if (inner !== undefined && own.stride === inner.stride * inner.extent)
      runs[runs.length - 1] = { extent: inner.extent * own.extent, stride: inner.stride };
    else runs.push(own);
  }
  return runs;
}
