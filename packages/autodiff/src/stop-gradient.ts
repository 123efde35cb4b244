import type { Tensor } from '@renyi/tensor';
import { leavesOf, rebuild, tensors, type Tree } from './tree.js';

/**
 * The same values as constants, of a tensor or a tree of tensors: derivatives of every level end here.
 * @throws DTypeError for anything else in it
 * @see jax.lax.stop_gradient, torch.Tensor.detach
 */
export function stopGradient<T extends Tree<Tensor> = Tensor>(x: T): T {
  return rebuild(x, leavesOf('stopGradient', tensors, x, 'to make constants of').map(constant)) as T;
}

function constant(x: Tensor): Tensor {
  let value = x;
  while (value.trace !== null) value = value.trace.primal;
  return value;
}
