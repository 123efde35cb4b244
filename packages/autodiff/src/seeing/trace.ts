import { DTypeError, Tensor } from '@renyi/tensor';
import { type Parameter, substitute, withoutRepetition } from '../parameter.js';
import { leavesOf, parameters as areParameters, rebuild, tensors, type Tree } from '../tree.js';
import type { Graph } from './graph.js';
import { Tracer } from './tracer.js';

/**
 * The function that runs `f` and answers with the graph of the operations that its arguments, tensors or trees of
 * tensors, took part in. Of a function that takes derivatives it shows these too: `trace(grad(f))` gives the gradient's
 * graph. Operations on constants alone are not seen: what they make is a constant.
 *
 * With parameters as second argument, as `valueAndGrad` takes them, it runs at once, and the parameters are the inputs.
 *
 * (`trace` of `@renyi/tensor` is another function: the sum over the diagonal of a matrix. Both have the name that they have
 * elsewhere, and each refuses what is meant for the other.)
 * @throws DTypeError for what is no function, and for an argument or a result with anything else in it than tensors
 * @see jax.make_jaxpr, torch.fx.symbolic_trace
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { printGraph, trace } from '@renyi/autodiff';
 * const graph = trace((x) => x.mul(x).add(1).sum())(tensor([1, 2]));
 * console.log(graph.nodes.map(({ primitive }) => primitive)); // => [ 'mul', 'add', 'sum' ]
 * console.log(printGraph(graph));
 * // => graph (%0)
 * // =>   %0: float32 [2] = input
 * // =>   %1: float32 [2] = mul %0 %0
 * // =>   %3: float32 [2] = add %1 1
 * // =>   %4: float32 []  = sum %3 { axes: [0], keepDims: false }
 * // => return %4
 */
export function trace<Arguments extends Tree<Tensor>[] = [Tensor]>(
  f: (...inputs: Arguments) => unknown,
): (...inputs: Arguments) => Graph;
export function trace(f: () => unknown, parameters: Tree<Parameter>): Graph;
export function trace<Arguments extends Tree<Tensor>[]>(
  f: (...inputs: Arguments) => unknown,
  parameters?: Tree<Parameter>,
): unknown {
  if (typeof f !== 'function') {
    const isTensor = (f as unknown) instanceof Tensor;
    throw new DTypeError('trace', {
      expected: 'a function to trace',
      got: isTensor ? 'a tensor' : typeof f,
      ...(isTensor && { remedy: 'The sum over the diagonal is trace of @renyi/tensor' }),
    });
  }
  if (parameters !== undefined) return atParameters(f as () => unknown, parameters);
  return (...inputs: Arguments): Graph => {
    const leaves = leavesOf('trace', tensors, inputs, 'to trace');
    const run = (variables: readonly Tensor[]): unknown => f(...(rebuild(inputs, variables) as Arguments));
    return record(leaves, run, (ids) => rebuild(inputs, ids) as Tree<number>[]);
  };
}

function atParameters(f: () => unknown, parameters: Tree<Parameter>): Graph {
  const { distinct, toEach } = withoutRepetition(leavesOf('trace', areParameters, parameters, 'to trace'));
  const values = distinct.map((parameter) => parameter.value);
  const run = (variables: readonly Tensor[]): unknown => substitute(distinct, variables, f, 'trace');
  return record(values, run, (ids) => [rebuild(parameters, toEach(ids)) as Tree<number>]);
}

function record(
  leaves: readonly Tensor[],
  run: (variables: readonly Tensor[]) => unknown,
  inputTrees: (ids: readonly number[]) => Tree<number>[],
): Graph {
  const tracer = new Tracer();
  const variables = leaves.map((x) => tracer.input(x));
  try {
    // What is no tree of tensors is refused in the next line.
    const result = run(variables) as Tree<Tensor>;
    const outputs = leavesOf('trace', tensors, result, 'as a result').map((x) => tracer.idOf(x));
    return {
      ...tracer.seen,
      outputs,
      inputTrees: inputTrees(tracer.seen.inputs.map(({ id }) => id)),
      outputTree: rebuild(result, outputs) as Tree<number>,
    };
  } finally {
    tracer.stop();
  }
}
