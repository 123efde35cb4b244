import { Layout } from '../layout.js';
import type { Tensor } from '../tensor.js';
import { place } from './place.js';
import { type Allocator, arrayOf } from './storage.js';

/** The tensor itself if its elements lie in row-major order, else a copy in which they do. */
export function contiguous(allocator: Allocator, x: Tensor): Tensor {
  if (x.layout.isContiguous) return x;
  const out = allocator.zeros(Layout.contiguous(x.shape), x.dtype);
  place(x, arrayOf(out), out.offset, out.layout.strides);
  return out;
}
