import { reshape, type Shape, type Tensor, transpose } from '@renyi/tensor';

/** Puts reduced axes back with extent 1, so that the tensor broadcasts against the unreduced `shape`. */
export function restoreAxes(x: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return reshape(
    x,
    shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
  );
}

/** [...] as [..., 1]: one number for each row. */
export function column(x: Tensor): Tensor {
  return reshape(x, [...x.shape, 1]);
}

/** The transpose of each matrix in [..., m, n]. */
export function swapLast(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
