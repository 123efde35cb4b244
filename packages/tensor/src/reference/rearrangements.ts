import type { Kernels } from '../backend.js';
import { broadcastStrides, Layout } from '../layout.js';
import type { Rearrangements } from '../primitives/signatures.js';
import { Tensor } from '../tensor.js';
import { contiguous } from './contiguous.js';
import type { Allocator } from './storage.js';

/** All three are views; only a reshape of elements that do not lie in order must copy. */
export function rearrangementKernels(allocator: Allocator): Kernels<keyof Rearrangements> {
  const view = (x: Tensor, layout: Layout): Tensor => new Tensor(layout, x.dtype, x.storage, x.offset, null);
  return {
    reshape: ([x], _attributes, layout) => view(contiguous(allocator, x), layout),
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
  };
}
