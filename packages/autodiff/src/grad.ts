import { fullLike, type Tensor } from '@renyi/tensor';
import { checkLoss, checkVariables } from './checks.js';
import { type Parameter, substitute, withoutRepetition } from './parameter.js';
import { Tape } from './tape.js';
import {
  leavesOf,
  parameters as areParameters,
  rebuild,
  tensors,
  type TensorsLike,
  type Tree,
} from './tree.js';
import { vjpTable } from './vjp-table.js';

/** A value and its derivative: `gradients` has the form of what was differentiated by. */
export interface ValueAndGradients<T> {
  readonly value: Tensor;
  readonly gradients: TensorsLike<T>;
}

/** The gradients of what `run` returns with respect to `leaves`; a zero where it does not depend on one. */
function differentiate(
  operation: string,
  leaves: readonly Tensor[],
  run: (variables: readonly Tensor[]) => Tensor,
): { value: Tensor; gradients: Tensor[] } {
  checkVariables(operation, leaves);
  const tape = new Tape(vjpTable);
  try {
    const variables = leaves.map((leaf) => tape.watch(leaf));
    const loss = run(variables);
    tape.stop({ release: false });
    checkLoss(operation, loss);
    const cotangents = tape.pullBack([loss], [fullLike(tape.primalOf(loss), 1)], variables, {
      release: true,
    });
    const gradients = cotangents.map((g, i) => g ?? fullLike(leaves[i] as Tensor, 0));
    return { value: tape.primalOf(loss), gradients };
  } finally {
    tape.stop({ release: true });
  }
}

/**
 * The function that computes the gradient of a scalar-valued `f` with respect to its first argument, a tensor
 * or a tree of tensors. Nests to any depth: `grad((x) => grad(f)(x).sum())`.
 * The gradient is zero where the result does not depend on a tensor.
 * @throws ShapeError when the result is not a scalar
 * @throws DTypeError when a tensor to differentiate by, or the result, is not float
 * @see jax.grad
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { grad } from '@renyi/autodiff';
 * const cube = grad((x) => x.mul(x).mul(x).sum());
 * console.log(cube(tensor([1, 2, 3])).toArray()); // => [ 3, 12, 27 ]
 */
export function grad<T extends Tree<Tensor> = Tensor, Rest extends unknown[] = []>(
  f: (x: T, ...rest: Rest) => Tensor,
): (x: T, ...rest: Rest) => TensorsLike<T> {
  return (x, ...rest) => {
    const run = (variables: readonly Tensor[]): Tensor => f(rebuild(x, variables) as T, ...rest);
    return rebuild(x, differentiate('grad', leavesOf('grad', tensors, x), run).gradients) as TensorsLike<T>;
  };
}

/**
 * As `grad`, with the value too. Given a second argument it computes at once: the loss and its gradients with
 * respect to the parameters, however the loss comes to use them.
 * @throws ShapeError when the result is not a scalar
 * @throws DTypeError when a tensor to differentiate by, or the result, is not float
 * @see jax.value_and_grad
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { Parameter, valueAndGrad } from '@renyi/autodiff';
 * const weight = new Parameter(tensor([3]));
 * const loss = () => weight.value.mul(weight.value).sum();
 * const { value, gradients } = valueAndGrad(loss, [weight]);
 * console.log(value.item(), gradients[0].toArray()); // => 9 [ 6 ]
 */
export function valueAndGrad<T extends Tree<Tensor> = Tensor, Rest extends unknown[] = []>(
  f: (x: T, ...rest: Rest) => Tensor,
): (x: T, ...rest: Rest) => ValueAndGradients<T>;
export function valueAndGrad<const T extends Tree<Parameter>>(
  loss: () => Tensor,
  parameters: T,
): ValueAndGradients<T>;
export function valueAndGrad<T extends Tree<Tensor> = Tensor, Rest extends unknown[] = []>(
  f: (x: T, ...rest: Rest) => Tensor,
  parameters?: Tree<Parameter>,
): unknown {
  if (parameters !== undefined) return atParameters(f as () => Tensor, parameters);
  return (x: T, ...rest: Rest) => {
    const run = (variables: readonly Tensor[]): Tensor => f(rebuild(x, variables) as T, ...rest);
    const { value, gradients } = differentiate('valueAndGrad', leavesOf('valueAndGrad', tensors, x), run);
    return { value, gradients: rebuild(x, gradients) };
  };
}

function atParameters<T extends Tree<Parameter>>(loss: () => Tensor, parameters: T): ValueAndGradients<T> {
  const { distinct, toEach } = withoutRepetition(leavesOf('valueAndGrad', areParameters, parameters));
  const values = distinct.map((parameter) => parameter.value);
  const run = (variables: readonly Tensor[]): Tensor => substitute(distinct, variables, loss);
  const { value, gradients } = differentiate('valueAndGrad', values, run);
  return { value, gradients: rebuild(parameters, toEach(gradients)) as TensorsLike<T> };
}
