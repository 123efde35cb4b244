import { fullLike, isFloat, type Tensor } from '@renyi/tensor';
import { checkDirection } from './checks.js';
import { CustomCall } from './custom-call.js';
import { callCustom, type Cotangents, type CustomFunction } from './custom.js';
import { type Direction, leavesOf, rebuild, tensors, type TensorsLike, type Tree } from './tree.js';
import { vjpOfLeaves } from './vjp.js';
import { vjpTable } from './vjp-table.js';

/**
 * The forward-mode rule of a function: (tangents of the inputs, output, ...inputs) => the tangent of the output. Inputs
 * that stand still have tangent 0.
 */
export type CustomJvpRule<Inputs extends readonly Tree<Tensor>[], Output extends Tree<Tensor>> = (
  tangents: { readonly [I in keyof Inputs]: TensorsLike<Inputs[I]> },
  output: Output,
  ...inputs: Inputs
) => Direction<Output>;

/**
 * `f` with a derivative that is given in forward mode. Reverse mode uses the transpose of the same rule, which is linear in
 * the tangents; so one rule serves both modes, and every order.
 * @param f of tensors or trees of tensors, which are all that it may depend on
 * @throws ConfigError when `f` closes over what is differentiated by
 * @throws ShapeError, DTypeError, BackendError when the rule answers with what does not fit the output
 * @see jax.custom_jvp, torch.autograd.Function.jvp
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { customJvp, grad, jvp } from '@renyi/autodiff';
 * // log(1 + e^x), whose operations overflow at 1000 while its derivative is the logistic function.
 * const softplus = customJvp(
 *   (x) => x.exp().add(1).log(),
 *   ([t], _y, x) => t.mul(x.sigmoid()),
 * );
 * const x = tensor(1000);
 * console.log(grad(softplus)(x).item(), jvp(softplus, [x], [tensor(2)]).tangent.item()); // => 1 2
 */
export function customJvp<Inputs extends Tree<Tensor>[] = Tensor[], Output extends Tree<Tensor> = Tensor>(
  f: (...inputs: Inputs) => Output,
  rule: NoInfer<CustomJvpRule<Inputs, Output>>,
): (...inputs: Inputs) => Output {
  return (...inputs) => {
    const call = new Call<Inputs, Output>('customJvp', f, rule, inputs);
    return call.result(callCustom(call, leavesOf('customJvp', tensors, inputs)));
  };
}

class Call<Inputs extends Tree<Tensor>[], Output extends Tree<Tensor>>
  extends CustomCall<Inputs, Output, CustomJvpRule<Inputs, Output>>
  implements CustomFunction
{
  tangents(outputs: readonly Tensor[], inputs: readonly Tensor[], tangents: Cotangents): Cotangents {
    const complete = tangents.map((t, i) => t ?? fullLike(inputs[i] as Tensor, 0));
    const output = this.result(outputs);
    const answer: unknown = this.rule(
      rebuild(this.inputs, complete) as Parameters<CustomJvpRule<Inputs, Output>>[0],
      output,
      ...(rebuild(this.inputs, inputs) as Inputs),
    );
    return checkDirection(this.name, 'tangent', output, answer, 'output');
  }

  pullback(outputs: readonly Tensor[], inputs: readonly Tensor[]): (cotangents: Cotangents) => Cotangents {
    const places = [...inputs.keys()].filter((i) => isFloat((inputs[i] as Tensor).dtype));
    return (cotangents) => {
      const zeros = places.map((i) => fullLike(inputs[i] as Tensor, 0));
      const transposed = vjpOfLeaves(vjpTable, this.name, zeros, (ts) => {
        const tangents = inputs.map((_, i) => ts[places.indexOf(i)]);
        return this.tangents(outputs, inputs, tangents).map((t) => t as Tensor);
      });
      const found = transposed.pullback(cotangents);
      return inputs.map((_, i) => found[places.indexOf(i)]);
    };
  }
}
