import type { Tensor } from '@renyi/tensor';

/**
 * The same value as a constant: derivatives of every level end here.
 * @see jax.lax.stop_gradient, torch.Tensor.detach
 */
export function stopGradient(x: Tensor): Tensor {
  let value = x;
  while (value.trace !== null) value = value.trace.primal;
  return value;
}
