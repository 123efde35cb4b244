import type { Tensor } from '@renyi/tensor';

/**
 * A box for a tensor that training replaces. Tensors never change, so what a module learns lies in boxes;
 * `valueAndGrad(loss, parameters)` differentiates with respect to what is in them.
 */
export class Parameter {
  constructor(public value: Tensor) {}
}
