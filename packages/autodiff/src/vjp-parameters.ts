import type { Tensor } from '@renyi/tensor';
import { type Parameter, substitute } from './parameter.js';
import { type VectorJacobianProduct, vjp } from './vjp.js';

/**
 * As `vjp`, with respect to what is in `parameters`: the output of a network with the function that carries a
 * cotangent of that output back to its weights. So a forward pass can be run before the loss is known.
 */
export function vjpParameters(f: () => Tensor, parameters: readonly Parameter[]): VectorJacobianProduct {
  const values = parameters.map((parameter) => parameter.value);
  return vjp((...variables) => substitute(parameters, variables, f), values);
}
