import { cast, fullLike, type Tensor } from '@renyi/tensor';
import { checkDirection, checkFloat, checkVariables, resultLeaves } from './checks.js';
import { Dual } from './dual.js';
import type { JvpTable } from './jvp-rule.js';
import { jvpTable } from './jvp-table.js';
import { type Direction, leavesOf, rebuild, tensors, type TensorsLike, type Tree } from './tree.js';

/** The value of a function at a point, and its derivative in a direction. */
export interface JacobianVectorProduct<Output extends Tree<Tensor> = Tensor> {
  readonly output: Output;
  /** How the output moves when the inputs move along their tangents; of the output's form, shapes and dtypes. */
  readonly tangent: TensorsLike<Output>;
}

/**
 * Runs `f` at `inputs` while they move along `tangents`: the Jacobian multiplied with a vector from the right, in forward
 * mode. Inputs and output are tensors or trees of them.
 * Cost: a small multiple of that of `f`, whatever the size of the output; nothing is kept.
 * The tangent is zero where the output does not depend on an input that moves.
 * @param tangents a direction for each input: of its form and shapes, float, and on its backend
 * @throws DTypeError when an input, a tangent or the output is not float, or is no tensor
 * @throws ShapeError, BackendError when a tangent does not go with its input
 * @see jax.jvp, torch.func.jvp
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { jvp } from '@renyi/autodiff';
 * const { output, tangent } = jvp((x) => x.mul(x), [tensor([1, 2, 3])], [tensor([1, 0, 10])]);
 * console.log(output.toArray()); // => [ 1, 4, 9 ]
 * console.log(tangent.toArray()); // => [ 2, 0, 60 ]
 */
export function jvp(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
): JacobianVectorProduct;
export function jvp<Inputs extends readonly Tree<Tensor>[] | [], Output extends Tree<Tensor> = Tensor>(
  f: (...inputs: NoInfer<Inputs>) => Output,
  inputs: Inputs,
  tangents: NoInfer<Direction<Inputs>>,
): JacobianVectorProduct<Output>;
export function jvp(f: unknown, inputs: readonly Tree<Tensor>[], tangents: unknown): unknown {
  return jvpOfTrees(jvpTable, 'jvp', f as OnTrees, inputs, tangents);
}

/** `jvp` by a given table of rules, in the name of a given operation. */
export function jvpByRules<Output extends Tree<Tensor> = Tensor>(
  rules: JvpTable,
  operation: string,
  f: (...inputs: Tensor[]) => Output,
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
): JacobianVectorProduct<Output> {
  return jvpOfTrees(
    rules,
    operation,
    f as unknown as OnTrees,
    inputs,
    tangents,
  ) as unknown as JacobianVectorProduct<Output>;
}

type OnTrees = (...inputs: Tree<Tensor>[]) => Tree<Tensor>;

function jvpOfTrees(
  rules: JvpTable,
  operation: string,
  f: OnTrees,
  inputs: readonly Tree<Tensor>[],
  tangents: unknown,
): { output: unknown; tangent: unknown } {
  let form: Tree<Tensor> = [];
  const leaves = leavesOf(operation, tensors, inputs);
  checkVariables(operation, leaves);
  const directions = checkDirection(operation, 'tangent', inputs, tangents);
  const moved = jvpOfLeaves(rules, operation, leaves, directions, (variables) => {
    form = f(...(rebuild(inputs, variables) as Tree<Tensor>[]));
    return resultLeaves(operation, form);
  });
  const ways = moved.outputs.map((y, i) => moved.tangents[i] ?? fullLike(y, 0));
  return { output: rebuild(form, moved.outputs), tangent: rebuild(form, ways) };
}

/** `jvp` of lists of tensors; what is undefined stands still. */
export function jvpOfLeaves(
  rules: JvpTable,
  operation: string,
  inputs: readonly Tensor[],
  tangents: readonly (Tensor | undefined)[],
  f: (variables: readonly Tensor[]) => readonly Tensor[],
): { readonly outputs: readonly Tensor[]; readonly tangents: readonly (Tensor | undefined)[] } {
  const dual = new Dual(rules);
  let moved: readonly Tensor[];
  try {
    moved = f(
      inputs.map((x, i) => {
        const t = tangents[i];
        return t === undefined ? x : dual.move(x, cast(t, x.dtype));
      }),
    );
  } finally {
    dual.stop();
  }
  for (const y of moved) checkFloat(operation, y);
  return {
    outputs: moved.map((y) => dual.primalOf(y)),
    tangents: moved.map((y) => dual.tangentOf(y)),
  };
}
