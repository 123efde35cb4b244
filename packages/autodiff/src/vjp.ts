import { formatShape, fullLike, sameShape, ShapeError, type Tensor } from '@renyi/tensor';
import { Tape } from './tape.js';

/** The value of a function at a point, and its pullback there. */
export interface VectorJacobianProduct {
  readonly output: Tensor;
  /** From a cotangent of the output's shape to one cotangent for each input; may be called again and again. */
  readonly pullback: (cotangent: Tensor) => Tensor[];
}

/**
 * Runs `f` at `inputs` and returns its output with the function that multiplies a vector with its Jacobian
 * from the left, in reverse mode. Cost of a pullback: a small multiple of that of `f`, whatever the number of inputs.
 * @throws ShapeError from the pullback when the cotangent does not have the output's shape
 * @see jax.vjp, torch.autograd.functional.vjp
 */
export function vjp(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): VectorJacobianProduct {
  const tape = new Tape();
  const variables = inputs.map((x) => tape.watch(x));
  let traced: Tensor;
  try {
    traced = f(...variables);
  } finally {
    tape.stop({ release: false });
  }
  const output = tape.primalOf(traced);
  return {
    output,
    pullback: (cotangent) => {
      if (!sameShape(cotangent.shape, output.shape)) {
        throw new ShapeError('vjp', {
          expected: `a cotangent of the output's shape ${formatShape(output.shape)}`,
          got: formatShape(cotangent.shape),
        });
      }
      return tape
        .backward(traced, cotangent, variables, { release: false })
        .map((g, i) => g ?? fullLike(inputs[i] as Tensor, 0));
    },
  };
}
