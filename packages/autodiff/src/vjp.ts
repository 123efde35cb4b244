import { fullLike, type Tensor } from '@renyi/tensor';
import { checkDirection, checkFloat, checkVariables, resultLeaves } from './checks.js';
import { Tape } from './tape.js';
import { type Direction, leavesOf, rebuild, tensors, type TensorsLike, type Tree } from './tree.js';
import type { VjpTable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

/** The value of a function at a point, and its pullback there. */
export interface VectorJacobianProduct<
  Inputs extends readonly Tree<Tensor>[] = Tensor[],
  Output extends Tree<Tensor> = Tensor,
> {
  readonly output: Output;
  /**
   * From a cotangent of the output's form and shapes (of whatever dtype) to one cotangent for each input, in the input's
   * dtype; may be called again and again.
   */
  readonly pullback: (cotangent: Direction<Output>) => TensorsLike<Inputs>;
}

/**
 * Runs `f` at `inputs` and returns its output with the function that multiplies a vector with its Jacobian
 * from the left, in reverse mode. Inputs and output are tensors or trees of them.
 * Cost of a pullback: a small multiple of that of `f`, whatever the number of inputs.
 * @throws DTypeError when an input or the output is not float, or is no tensor
 * @throws ShapeError, DTypeError, BackendError from the pullback when the cotangent is not in the form of the output, of its
 *   shapes and on its backend
 * @see jax.vjp, torch.autograd.functional.vjp
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { vjp } from '@renyi/autodiff';
 * const { output, pullback } = vjp((a, b) => a.mul(b), [tensor([1, 2]), tensor([3, 4])]);
 * console.log(output.toArray()); // => [ 3, 8 ]
 * console.log(pullback(tensor([1, 10])).map((g) => g.toArray())); // => [ [ 3, 40 ], [ 1, 20 ] ]
 */
export function vjp<Inputs extends readonly Tree<Tensor>[] | [], Output extends Tree<Tensor> = Tensor>(
  f: (...inputs: NoInfer<Inputs>) => Output,
  inputs: Inputs,
): VectorJacobianProduct<Inputs, Output> {
  return vjpOfTrees(vjpTable, 'vjp', f as unknown as OnTrees, inputs) as unknown as VectorJacobianProduct<
    Inputs,
    Output
  >;
}

/** `vjp` by a given table of rules, in the name of a given operation. */
export function vjpByRules<Output extends Tree<Tensor> = Tensor>(
  rules: VjpTable,
  operation: string,
  f: (...inputs: Tensor[]) => Output,
  inputs: readonly Tensor[],
): VectorJacobianProduct<Tensor[], Output> {
  return vjpOfTrees(rules, operation, f as unknown as OnTrees, inputs) as unknown as VectorJacobianProduct<
    Tensor[],
    Output
  >;
}

type OnTrees = (...inputs: Tree<Tensor>[]) => Tree<Tensor>;

function vjpOfTrees(
  rules: VjpTable,
  operation: string,
  f: OnTrees,
  inputs: readonly Tree<Tensor>[],
): { output: unknown; pullback: (cotangent: unknown) => unknown } {
  let form: Tree<Tensor> = [];
  const leaves = leavesOf(operation, tensors, inputs);
  const { outputs, pullback } = vjpOfLeaves(rules, operation, leaves, (variables) => {
    form = f(...(rebuild(inputs, variables) as Tree<Tensor>[]));
    return resultLeaves(operation, form);
  });
  const output = rebuild(form, outputs) as Tree<Tensor>;
  return {
    output,
    pullback: (cotangent) => {
      const seeds = checkDirection(operation, 'cotangent', output, cotangent);
      const gradients = pullback(seeds).map((g, i) => g ?? fullLike(leaves[i] as Tensor, 0));
      return rebuild(inputs, gradients);
    },
  };
}

/** `vjp` of lists of tensors; what is undefined stands for zero. */
export function vjpOfLeaves(
  rules: VjpTable,
  operation: string,
  inputs: readonly Tensor[],
  f: (variables: readonly Tensor[]) => readonly Tensor[],
): {
  readonly outputs: readonly Tensor[];
  readonly pullback: (cotangents: readonly (Tensor | undefined)[]) => (Tensor | undefined)[];
} {
  checkVariables(operation, inputs);
  const tape = new Tape(rules);
  const variables = inputs.map((x) => tape.watch(x));
  let traced: readonly Tensor[];
  try {
    traced = f(variables);
  } finally {
    tape.stop({ release: false });
  }
  for (const y of traced) checkFloat(operation, y);
  return {
    outputs: traced.map((y) => tape.primalOf(y)),
    pullback: (cotangents) => tape.pullBack(traced, cotangents, variables, { release: false }),
  };
}
