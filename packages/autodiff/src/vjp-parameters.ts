import type { Tensor } from '@renyi/tensor';
import { type Parameter, substitute, withoutRepetition } from './parameter.js';
import { type VectorJacobianProduct, vjp } from './vjp.js';

/**
 * As `vjp`, with respect to what is in `parameters`: the output of a network with the function that carries a
 * cotangent of that output back to its weights. So a forward pass can be run before the loss is known.
 */
export function vjpParameters(f: () => Tensor, parameters: readonly Parameter[]): VectorJacobianProduct {
  const { distinct, toEach } = withoutRepetition(parameters);
  const values = distinct.map((parameter) => parameter.value);
  const { output, pullback } = vjp((...variables) => substitute(distinct, variables, f), values);
  return { output, pullback: (cotangent) => toEach(pullback(cotangent)) };
}
