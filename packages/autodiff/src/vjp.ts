import { formatShape, fullLike, sameShape, ShapeError, type Tensor } from '@renyi/tensor';
import { checkResult, checkVariables } from './checks.js';
import { Tape } from './tape.js';
import type { VjpTable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

/** The value of a function at a point, and its pullback there. */
export interface VectorJacobianProduct {
  readonly output: Tensor;
  /**
   * From a cotangent of the output's shape to one cotangent for each input, in the input's dtype; may be called
   * again and again.
   */
  readonly pullback: (cotangent: Tensor) => Tensor[];
}

/**
 * Runs `f` at `inputs` and returns its output with the function that multiplies a vector with its Jacobian
 * from the left, in reverse mode. Cost of a pullback: a small multiple of that of `f`, whatever the number of inputs.
 * @throws DTypeError when an input or the output is not float
 * @throws ShapeError from the pullback when the cotangent does not have the output's shape
 * @see jax.vjp, torch.autograd.functional.vjp
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { vjp } from '@renyi/autodiff';
 * const { output, pullback } = vjp((a, b) => a.mul(b), [tensor([1, 2]), tensor([3, 4])]);
 * console.log(output.toArray()); // => [ 3, 8 ]
 * console.log(pullback(tensor([1, 10])).map((g) => g.toArray())); // => [ [ 3, 40 ], [ 1, 20 ] ]
 */
export function vjp(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): VectorJacobianProduct {
  return vjpByRules(vjpTable, 'vjp', f, inputs);
}

/** `vjp` by a given table of rules, in the name of a given operation. */
export function vjpByRules(
  rules: VjpTable,
  operation: string,
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
): VectorJacobianProduct {
  checkVariables(operation, inputs);
  const tape = new Tape(rules);
  const variables = inputs.map((x) => tape.watch(x));
  let traced: Tensor;
  try {
    traced = f(...variables);
  } finally {
    tape.stop({ release: false });
  }
  checkResult(operation, traced);
  const output = tape.primalOf(traced);
  return {
    output,
    pullback: (cotangent) => {
      if (!sameShape(cotangent.shape, output.shape)) {
        throw new ShapeError(operation, {
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
