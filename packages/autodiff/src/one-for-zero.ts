import { equal, type Tensor, where } from '@renyi/tensor';

/** x with 1 in place of 0: what a formula with a pole at 0 is given where its value there is not taken. */
export function oneForZero(x: Tensor): Tensor {
  return where(equal(x, 0), 1, x);
}
