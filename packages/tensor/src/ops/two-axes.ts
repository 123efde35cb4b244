import { reshape } from './rearrange.js';
import type { Tensor } from '../tensor.js';
import type { Windows } from '../windows.js';

/** Over how many axes windows slide. One is treated as two of which the first has extent 1. */
export type Axes = 1 | 2;

/** x with a batch axis, and whether it had none. */
export function batchOf(x: Tensor, axes: Axes): [batch: Tensor, isSingle: boolean] {
  return x.rank === axes + 1 ? [reshape(x, [1, ...x.shape]), true] : [x, false];
}

/** [a, b, length] as [a, b, 1, length]. */
export function inTwoAxes(x: Tensor, axes: Axes): Tensor {
  return axes === 2 ? x : reshape(x, x.shape.toSpliced(2, 0, 1));
}

/** Windows over one axis as windows over two. */
export function overTwoAxes<A extends Windows>(attributes: A): A {
  if (attributes.stride.length === 2) return attributes;
  return {
    ...attributes,
    stride: [1, ...attributes.stride],
    padding: [[0, 0], ...attributes.padding],
    dilation: [1, ...attributes.dilation],
  };
}
