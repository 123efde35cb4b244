import { cast, ConfigError, fullLike, reshape, stack, tensor, type Tensor } from '@renyi/tensor';
import { checkFloat, checkVariables, resultLeaves } from './checks.js';
import type { DerivativeMode } from './gradient-report.js';
import { jvpOfLeaves } from './jvp.js';
import { leavesOf, rebuild, tensors, type Tree } from './tree.js';
import { vjpOfLeaves } from './vjp.js';
import { vjpTable } from './vjp-table.js';
import { jvpTable } from './jvp-table.js';

export interface JacobianOptions {
  /**
   * `forward` runs f once for each element of the input, `reverse` runs it once and back once for each element of the
   * output. Without a mode, the one that runs less often.
   */
  readonly mode?: DerivativeMode | undefined;
}

/** In the form of the output, and in each of its places in the form of the input: a tensor of shape [...output, ...input]. */
export type Jacobian<Output, Input> = Output extends Tensor
  ? JacobianOf<Input>
  : { [K in keyof Output]: Jacobian<Output[K], Input> };
type JacobianOf<Input> = Input extends Tensor ? Tensor : { [K in keyof Input]: JacobianOf<Input[K]> };

/**
 * The function that computes all partial derivatives of `f` by its first argument: J[i, j] = ∂f_i / ∂x_j.
 * For tensors of shape [...output] and [...input] it is one of shape [...output, ...input], in the input's dtype; for trees
 * of tensors, a tree with such a block for each pair.
 *
 * Cost: one pass for each row (reverse) or column (forward); there is no batching over them. Where J is to be multiplied
 * with few vectors only, `vjp` and `jvp` do it without J.
 * @throws DTypeError when a tensor to differentiate by, or the result, is not float
 * @throws ConfigError for a mode that is none
 * @see jax.jacobian (jacfwd, jacrev), torch.func.jacrev
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { jacobian } from '@renyi/autodiff';
 * const J = jacobian((x) => x.mul(x))(tensor([1, 2, 3]));
 * console.log(J.toArray()); // => [ [ 2, 0, 0 ], [ 0, 4, 0 ], [ 0, 0, 6 ] ]
 */
export function jacobian<
  T extends Tree<Tensor> = Tensor,
  Output extends Tree<Tensor> = Tensor,
  Rest extends unknown[] = [],
>(
  f: (x: T, ...rest: Rest) => Output,
  options: JacobianOptions = {},
): (x: T, ...rest: Rest) => Jacobian<Output, T> {
  const { mode } = options;
  if (mode !== undefined && mode !== 'forward' && mode !== 'reverse') {
    throw new ConfigError('jacobian', { expected: `mode 'forward' or 'reverse'`, got: String(mode) });
  }
  return (x, ...rest) => {
    let form: Tree<Tensor> = [];
    const run = (variables: readonly Tensor[]): readonly Tensor[] => {
      form = f(rebuild(x, variables) as T, ...rest);
      return resultLeaves('jacobian', form);
    };
    const blocks = jacobianOfLeaves(leavesOf('jacobian', tensors, x), run, mode);
    return rebuild(
      form,
      blocks.map((row) => rebuild(x, row)),
    ) as Jacobian<Output, T>;
  };
}

/** For each output, the block of each input. */
function jacobianOfLeaves(
  inputs: readonly Tensor[],
  run: (variables: readonly Tensor[]) => readonly Tensor[],
  mode: DerivativeMode | undefined,
): Tensor[][] {
  checkVariables('jacobian', inputs);
  if (mode === 'forward') return byColumns(inputs, run);
  const { outputs, pullback } = vjpOfLeaves(vjpTable, 'jacobian', inputs, run);
  if (mode === undefined && sizeOf(inputs) < sizeOf(outputs)) return byColumns(inputs, run);
  return outputs.map((y, i) => {
    const rows = unitVectors(y).map((unit) => pullback(outputs.map((_, j) => (i === j ? unit : undefined))));
    return inputs.map((x, j) => {
      const shape = [...y.shape, ...x.shape];
      if (rows.length === 0) return empty(x, shape);
      return reshape(stack(rows.map((row) => row[j] ?? fullLike(x, 0))), shape);
    });
  });
}

function byColumns(
  inputs: readonly Tensor[],
  run: (variables: readonly Tensor[]) => readonly Tensor[],
): Tensor[][] {
  const columns = inputs.map((x, j) =>
    unitVectors(x).map((unit) =>
      jvpOfLeaves(
        jvpTable,
        'jacobian',
        inputs,
        inputs.map((_, k) => (j === k ? unit : undefined)),
        run,
      ),
    ),
  );
  // Of what has no element to move, the outputs alone are asked for.
  const outputs = columns.flat()[0]?.outputs ?? run(inputs);
  for (const y of outputs) checkFloat('jacobian', y);
  return outputs.map((y, i) =>
    columns.map((moved, j) => {
      const x = inputs[j] as Tensor;
      const shape = [...y.shape, ...x.shape];
      if (moved.length === 0) return empty(x, shape);
      const filled = moved.map(({ tangents }) => tangents[i] ?? fullLike(y, 0));
      return cast(reshape(stack(filled, { axis: y.rank }), shape), x.dtype);
    }),
  );
}

/** The tensors of the shape of x of which one element is 1 and the others are 0. */
function unitVectors({ size, shape, dtype, storage: { backend } }: Tensor): Tensor[] {
  return Array.from({ length: size }, (_, i) => {
    const values = new Float32Array(size);
    values[i] = 1;
    return tensor(values, { shape, dtype, backend });
  });
}

/** A block where one side has no elements, so that it has none. */
function empty({ dtype, storage: { backend } }: Tensor, shape: readonly number[]): Tensor {
  return tensor(new Float32Array(0), { shape, dtype, backend });
}

function sizeOf(xs: readonly Tensor[]): number {
  return xs.reduce((total, { size }) => total + size, 0);
}
