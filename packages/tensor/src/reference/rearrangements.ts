import type { Kernels } from '../backend.js';
import { broadcastStrides, Layout, reshapedStrides } from '../layout.js';
import type { Rearrangements } from '../primitives/signatures.js';
import { Tensor } from '../tensor.js';
import { contiguous } from './contiguous.js';
import { place } from './place.js';
import { type Allocator, arrayOf } from './storage.js';

/** Views, but for embed and concat, which copy, and a reshape of elements that lie in no fixed steps. */
export function rearrangementKernels(allocator: Allocator): Kernels<keyof Rearrangements> {
  const view = (x: Tensor, layout: Layout, offset: number = x.offset): Tensor => {
    x.storage.retain?.();
    return new Tensor(layout, x.dtype, x.storage, offset, null);
  };
  return {
    reshape: ([x], _attributes, layout) => {
      if (x.layout.isContiguous) return view(x, layout);
      const strides = reshapedStrides(x.layout, layout.shape);
      return strides === undefined
        ? view(contiguous(allocator, x), layout)
        : view(x, new Layout(layout.shape, strides));
    },
    transpose: ([x], { axes }, layout) =>
      view(
        x,
        new Layout(
          layout.shape,
          axes.map((axis) => x.layout.strides[axis] as number),
        ),
      ),
    expand: ([x], _attributes, layout) =>
      view(x, new Layout(layout.shape, broadcastStrides(x.layout, layout.shape))),
    slice: ([x], { starts, steps }, layout) => {
      const { strides } = x.layout;
      return view(x, stepped(layout, strides, steps), positionOf(x.offset, layout, strides, starts));
    },
    embed: ([x], { starts, steps, fill }, layout, dtype) => {
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      // A fill of -0 is none of the zeros that are there.
      if (!Object.is(fill, 0)) {
        const stored = dtype === 'bool' ? Number(fill !== 0) : fill;
        data.fill(stored, out.offset, out.offset + out.size);
      }
      const { strides } = stepped(x.layout, layout.strides, steps);
      place(x, data, positionOf(out.offset, x.layout, layout.strides, starts), strides);
      return out;
    },
    concat: (inputs, { axis }, layout, dtype) => {
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      let start = out.offset;
      for (const x of inputs) {
        place(x, data, start, layout.strides);
        start += (x.shape[axis] as number) * (layout.strides[axis] as number);
      }
      return out;
    },
  };
}

/** The layout's shape, with every `step`-th element of the given strides. */
function stepped({ shape }: Layout, strides: readonly number[], steps: readonly number[]): Layout {
  return new Layout(
    shape,
    strides.map((stride, axis) => stride * (steps[axis] as number)),
  );
}

/** Where the element at `starts` is; for no elements at all, where the storage certainly goes on. */
function positionOf(
  offset: number,
  { size }: Layout,
  strides: readonly number[],
  starts: readonly number[],
): number {
  if (size === 0) return offset;
  return strides.reduce((position, stride, axis) => position + stride * (starts[axis] as number), offset);
}
