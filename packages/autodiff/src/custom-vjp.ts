import { expand, full, fullLike, isFloat, ShapeError, type Tensor } from '@renyi/tensor';
import { checkDirection } from './checks.js';
import { CustomCall } from './custom-call.js';
import { callCustom, type Cotangents, type CustomFunction } from './custom.js';
import { type Direction, leavesOf, rebuild, tensors, type TensorsLike, type Tree } from './tree.js';
import { vjpOfLeaves } from './vjp.js';
import { vjpTable } from './vjp-table.js';

/**
 * The reverse-mode rule of a function, as in the vjp table: (output, ...inputs) => (cotangent of the output) => a cotangent
 * for each input, in a list, null where there is none. What the inner function closes over is what is kept.
 */
export type CustomVjpRule<Inputs extends readonly Tree<Tensor>[], Output extends Tree<Tensor>> = (
  output: Output,
  ...inputs: Inputs
) => (cotangent: TensorsLike<Output>) => { readonly [I in keyof Inputs]: Direction<Inputs[I]> | null };

/**
 * `f` with a derivative that is given: for a form that is more stable or cheaper than what the operations of `f` give, or
 * for one that is meant to be another (straight-through estimators, clipped or reversed gradients).
 *
 * The rule holds at every order: it is written in public operations, and where the output takes part in it, that has the
 * rule as well. In forward mode J v is computed as the transpose of the pullback, which is linear in its cotangent (where
 * it is not, it is taken at 0): J v = d/du <Jᵀu, v>.
 * @param f of tensors or trees of tensors, which are all that it may depend on
 * @throws ConfigError when `f` closes over what is differentiated by
 * @throws ShapeError, DTypeError, BackendError when the rule answers with what does not fit the inputs
 * @see jax.custom_vjp, torch.autograd.Function, tf.customGrad
 *
 * Source of the transposition: J. Townsend, A new trick for calculating Jacobian vector products, 2017.
 *
 * @example
 * import { round, tensor } from '@renyi/tensor';
 * import { customVjp, grad } from '@renyi/autodiff';
 * // Rounds, and lets the gradient pass as if it did not.
 * const quantize = customVjp(
 *   (x) => round(x),
 *   () => (g) => [g],
 * );
 * console.log(grad((x) => quantize(x).mul(3).sum())(tensor([0.3, 0.6])).toArray()); // => [ 3, 3 ]
 */
export function customVjp<Inputs extends Tree<Tensor>[] = Tensor[], Output extends Tree<Tensor> = Tensor>(
  f: (...inputs: Inputs) => Output,
  rule: NoInfer<CustomVjpRule<Inputs, Output>>,
): (...inputs: Inputs) => Output {
  return (...inputs) => {
    const call = new Call<Inputs, Output>('customVjp', f, rule, inputs);
    return call.result(callCustom(call, leavesOf('customVjp', tensors, inputs)));
  };
}

class Call<Inputs extends Tree<Tensor>[], Output extends Tree<Tensor>>
  extends CustomCall<Inputs, Output, CustomVjpRule<Inputs, Output>>
  implements CustomFunction
{
  pullback(outputs: readonly Tensor[], inputs: readonly Tensor[]): (cotangents: Cotangents) => Cotangents {
    const pullback = this.rule(this.result(outputs), ...(rebuild(this.inputs, inputs) as Inputs));
    return onLeaves(this.name, pullback, outline(this.form), this.inputs.map(outline));
  }

  tangents(outputs: readonly Tensor[], inputs: readonly Tensor[], tangents: Cotangents): Cotangents {
    const places = [...outputs.keys()].filter((i) => isFloat((outputs[i] as Tensor).dtype));
    if (places.length === 0) return outputs.map(() => undefined);
    const pullback = this.pullback(outputs, inputs);
    const moving = [...tangents.keys()].filter((i) => tangents[i] !== undefined);
    const zeros = places.map((i) => fullLike(outputs[i] as Tensor, 0));
    const transposed = vjpOfLeaves(vjpTable, this.name, zeros, (us) => {
      const cotangents = pullback(outputs.map((_, i) => us[places.indexOf(i)]));
      return moving.map((i) => cotangents[i] ?? fullLike(inputs[i] as Tensor, 0));
    });
    const found = transposed.pullback(moving.map((i) => tangents[i]));
    return outputs.map((_, i) => found[places.indexOf(i)]);
  }
}

/** A rule's pullback as one of lists of tensors, by the outlines of output and inputs: so that it keeps neither. */
function onLeaves<Output extends Tree<Tensor>>(
  name: string,
  pullback: (cotangent: TensorsLike<Output>) => unknown,
  output: Tree<Tensor>,
  inputs: readonly Tree<Tensor>[],
): (cotangents: Cotangents) => Cotangents {
  const points = leavesOf(name, tensors, output);
  return (cotangents) => {
    const complete = cotangents.map((g, i) => g ?? fullLike(points[i] as Tensor, 0));
    return leavesOfAnswer(name, inputs, pullback(rebuild(output, complete) as TensorsLike<Output>));
  };
}

/** @throws ShapeError, DTypeError, BackendError unless there is a cotangent for each input that it goes with, or null */
function leavesOfAnswer(name: string, inputs: readonly Tree<Tensor>[], answer: unknown): Cotangents {
  const { length } = inputs;
  if (!Array.isArray(answer) || answer.length !== length) {
    throw new ShapeError(name, {
      expected: `a rule whose pullback gives a list of ${length}, a cotangent for each input`,
      got: Array.isArray(answer) ? `a list of ${answer.length}` : typeof answer,
    });
  }
  return inputs.flatMap((input, i) => {
    const points = leavesOf(name, tensors, input);
    const given: unknown = answer[i];
    if (given === null || points.every(({ dtype }) => !isFloat(dtype))) return points.map(() => undefined);
    return checkDirection(name, 'cotangent', input, given, 'input');
  });
}

/** A tree of the same form whose tensors have the shape, dtype and backend of those in it, and one element in memory. */
function outline(tree: Tree<Tensor>): Tree<Tensor> {
  const blanks = leavesOf('customVjp', tensors, tree).map(({ shape, dtype, storage: { backend } }) =>
    expand(full([], 0, { dtype, backend }), shape),
  );
  return rebuild(tree, blanks) as Tree<Tensor>;
}
