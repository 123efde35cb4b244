import { mul, sub, sum, type Tensor } from '@renyi/tensor';

/** w (h - w.h): the covariance matrix of a distribution applied to a vector, row by row. */
export function covariance(w: Tensor, h: Tensor): Tensor {
  return mul(w, sub(h, dot(w, h)));
}

/** The inner product of each pair of rows, as a column. */
export function dot(a: Tensor, b: Tensor): Tensor {
  return sum(mul(a, b), { axis: -1, keepDims: true });
}
