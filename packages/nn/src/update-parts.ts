import { add, mul, type Tensor } from '@renyi/tensor';

/* What the update rules of optimizers are made of. */

/** g + weightDecay w, the gradient of a loss with weightDecay |w|² / 2 added. */
export function regularized(g: Tensor, w: Tensor, weightDecay: number): Tensor {
  return weightDecay === 0 ? g : add(g, mul(w, weightDecay));
}

/** kept · last + (1 - kept) x; of nothing yet, (1 - kept) x. */
export function runningMean(last: Tensor | undefined, x: Tensor, kept: number): Tensor {
  const own = mul(x, 1 - kept);
  return last === undefined ? own : add(mul(last, kept), own);
}
