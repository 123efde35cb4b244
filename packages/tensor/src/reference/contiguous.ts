import { Layout } from '../layout.js';
import type { Tensor } from '../tensor.js';
import { type Allocator, arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/** The tensor itself if its elements lie in row-major order, else a copy in which they do. */
export function contiguous(allocator: Allocator, x: Tensor): Tensor {
  if (x.layout.isContiguous) return x;
  const out = allocator.zeros(Layout.contiguous(x.shape), x.dtype);
  const data = arrayOf(out);
  const source = arrayOf(x);
  const length = x.shape[x.rank - 1] ?? 1;
  const step = x.layout.strides[x.rank - 1] ?? 0;
  let next = out.offset;
  forEachRow(x.shape, [x.layout.strides], [x.offset], ([start]) => {
    for (let i = 0; i < length; i++) data[next++] = source[(start as number) + i * step] as number;
  });
  return out;
}
