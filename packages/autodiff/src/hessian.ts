import { fullLike, type Tensor } from '@renyi/tensor';
import { checkDirection, checkVariables } from './checks.js';
import { grad } from './grad.js';
import { type Jacobian, jacobian } from './jacobian.js';
import { jvpOfLeaves } from './jvp.js';
import { jvpTable } from './jvp-table.js';
import { type Direction, leavesOf, rebuild, tensors, type TensorsLike, type Tree } from './tree.js';

/**
 * The function that computes all second derivatives of a scalar-valued `f` by its first argument: H[i, j] = ∂²f / ∂x_i ∂x_j.
 * Of a tensor of shape [...s] it is one of shape [...s, ...s]; of a tree of tensors, a tree with such a block for each pair.
 * Forward over reverse. Cost: one gradient with its tangent for each element of the argument. Where H is to be multiplied
 * with few vectors only, `hvp` does it without H.
 * @throws ShapeError when the result is not a scalar
 * @throws DTypeError when a tensor to differentiate by, or the result, is not float
 * @see jax.hessian, torch.func.hessian
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { hessian } from '@renyi/autodiff';
 * const H = hessian((x) => x.mul(x).mul(x).sum())(tensor([1, 2]));
 * console.log(H.toArray()); // => [ [ 6, 0 ], [ 0, 12 ] ]
 */
export function hessian<T extends Tree<Tensor> = Tensor, Rest extends unknown[] = []>(
  f: (x: T, ...rest: Rest) => Tensor,
): (x: T, ...rest: Rest) => Jacobian<TensorsLike<T>, T> {
  // Of one tensor as far as the compiler knows: the types of trees of trees are beyond it.
  const gradient = grad<T, Rest>(f) as unknown as (x: Tensor) => Tensor;
  return jacobian(gradient, { mode: 'forward' }) as unknown as (
    x: T,
    ...rest: Rest
  ) => Jacobian<TensorsLike<T>, T>;
}

/**
 * The function that multiplies the Hessian of a scalar-valued `f` with a vector: (x, v) => H(x) v, without H. Forward over
 * reverse: the gradient, and how it moves when x moves along v. Cost: a small multiple of that of `f`.
 * @returns what has the form, shapes and dtypes of x
 * @throws ShapeError when the result of `f` is not a scalar, or v not in the form and shapes of x
 * @throws DTypeError when a tensor to differentiate by, the direction, or the result, is not float
 * @see jax.jvp of jax.grad, torch.autograd.functional.hvp
 *
 * Source: B. Pearlmutter, Fast exact multiplication by the Hessian, 1994.
 *
 * @example
 * import { type Tensor, tensor } from '@renyi/tensor';
 * import { hvp } from '@renyi/autodiff';
 * const f = (x: Tensor) => x.mul(x).mul(x).sum();
 * console.log(hvp(f)(tensor([1, 2]), tensor([1, 10])).toArray()); // => [ 6, 120 ]
 */
export function hvp<T extends Tree<Tensor> = Tensor, Rest extends unknown[] = []>(
  f: (x: T, ...rest: Rest) => Tensor,
): (x: T, v: NoInfer<Direction<T>>, ...rest: Rest) => TensorsLike<T> {
  const gradient = grad<T, Rest>(f) as unknown as (x: T, ...rest: Rest) => Tree<Tensor>;
  return (x, v, ...rest) => {
    const inputs = leavesOf('hvp', tensors, x);
    checkVariables('hvp', inputs);
    const directions = checkDirection('hvp', 'tangent', x, v);
    const { outputs, tangents } = jvpOfLeaves(jvpTable, 'hvp', inputs, directions, (variables) =>
      leavesOf('hvp', tensors, gradient(rebuild(x, variables) as T, ...rest)),
    );
    return rebuild(
      x,
      outputs.map((y, i) => tangents[i] ?? fullLike(y, 0)),
    ) as TensorsLike<T>;
  };
}
