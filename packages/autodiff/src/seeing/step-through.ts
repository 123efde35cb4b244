import { fullLike, type Tensor } from '@renyi/tensor';
import { checkLoss, checkVariables } from '../checks.js';
import { Tape } from '../tape.js';
import { leavesOf, rebuild, tensors, type Tree } from '../tree.js';
import { vjpTable } from '../vjp-table.js';
import type { Graph } from './graph.js';
import { type PlainElements, plainElements } from './plain.js';
import type { ObservedNode, TapeObserver } from './tape-observer.js';
import { Tracer } from './tracer.js';

/** What one node adds to the cotangent of one of its operands. */
export interface Contribution {
  /** The id of the operand. */
  readonly to: number;
  readonly value: PlainElements;
  /** The operand's cotangent after it: the sum of all contributions up to now. */
  readonly total: PlainElements;
}

/** One node of the backward pass. It is visited when its cotangent is complete. */
export interface BackwardStep {
  /** The id of the node. */
  readonly id: number;
  /** The derivative of the result with respect to it. */
  readonly cotangent: PlainElements;
  /** In the order of its operands, as far as they lead to an input. */
  readonly contributions: readonly Contribution[];
}

/** A forward and a backward pass, as plain data: elements are nested arrays, and `JSON.stringify` and back changes nothing. */
export interface StepThrough {
  /** Of the forward pass. */
  readonly graph: Graph;
  /** The elements of every tensor of the graph, by id. */
  readonly values: readonly PlainElements[];
  /** In the order in which the nodes are visited: from the result back. */
  readonly steps: readonly BackwardStep[];
  /** For each input of the graph, in order, the derivative with respect to it. */
  readonly gradients: readonly PlainElements[];
}

/**
 * The function that runs a scalar-valued `f` and its backward pass, and answers with every step of both: which node is
 * visited, with which cotangent, and what it adds to the cotangents of its operands. Like `grad`, which has no steps to show.
 * @throws ShapeError when the result is not a scalar
 * @throws DTypeError when an argument holds anything else than float tensors, or the result is not float
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { printSteps, stepThrough } from '@renyi/autodiff';
 * const { steps, gradients } = stepThrough((x) => x.mul(x).mul(3))(tensor(2));
 * console.log(steps.map(({ id, cotangent }) => `%${id} ${cotangent}`)); // => [ '%3 1', '%1 3' ]
 * console.log(steps[1]?.contributions.map(({ to, value, total }) => `%${to} + ${value} = ${total}`));
 * // => [ '%0 + 6 = 6', '%0 + 6 = 12' ]
 * console.log(gradients); // => [ 12 ]
 */
export function stepThrough<Arguments extends Tree<Tensor>[] = [Tensor]>(
  f: (...inputs: Arguments) => Tensor,
): (...inputs: Arguments) => StepThrough {
  return (...inputs) => {
    const leaves = leavesOf('stepThrough', tensors, inputs);
    checkVariables('stepThrough', leaves);
    const recorder = new Recorder();
    const tape = new Tape(vjpTable, recorder);
    // Inside the tape, so that what it names has a place there.
    const tracer = new ValueTracer((x, id) => recorder.name(x, id));
    try {
      const variables = leaves.map((x) => tape.watch(x));
      const result = f(
        ...(rebuild(
          inputs,
          variables.map((x) => tracer.input(x)),
        ) as Arguments),
      );
      checkLoss('stepThrough', result);
      const output = tracer.idOf(result);
      const loss = tracer.primalOf(result);
      const cotangents = tape.pullBack([loss], [fullLike(tape.primalOf(loss), 1)], variables, {
        release: true,
      });
      const graph: Graph = {
        ...tracer.seen,
        outputs: [output],
        inputTrees: rebuild(
          inputs,
          tracer.seen.inputs.map(({ id }) => id),
        ) as Tree<number>[],
        outputTree: output,
      };
      const gradients = cotangents.map((g, i) => plainElements(g ?? fullLike(leaves[i] as Tensor, 0)));
      return { graph, values: tracer.values, steps: recorder.steps, gradients };
    } finally {
      tracer.stop();
      tape.stop({ release: true });
    }
  };
}

/** A tracer that keeps the elements of what it sees. */
class ValueTracer extends Tracer {
  readonly values: PlainElements[] = [];

  constructor(private readonly named: (primal: Tensor, id: number) => void) {
    super();
  }

  protected override registered(x: Tensor, id: number): void {
    this.values[id] = plainElements(x);
    this.named(this.primalOf(x), id);
  }
}

/** Writes down the steps of a backward pass, in the ids of a graph. */
class Recorder implements TapeObserver {
  readonly steps: BackwardStep[] = [];
  readonly #indices = new Map<Tensor, number>();
  readonly #ids = new Map<number, number>();
  #contributions: Contribution[] = [];

  recorded({ index }: ObservedNode, output: Tensor): void {
    this.#indices.set(output, index);
  }

  /** A tensor of the tape has got an id. Others have no place there. */
  name(x: Tensor, id: number): void {
    const index = this.#indices.get(x);
    if (index !== undefined) this.#ids.set(index, id);
  }

  visiting(node: ObservedNode, g: Tensor, pushBack: () => void): void {
    const id = this.#ids.get(node.index);
    // A call with a rule of its own is no node of the graph: its contributions stand with its output, which was visited last.
    if (id !== undefined) {
      this.#contributions = [];
      this.steps.push({ id, cotangent: plainElements(g), contributions: this.#contributions });
    }
    pushBack();
  }

  contributed(_node: ObservedNode, parent: ObservedNode, contribution: Tensor, total: Tensor): void {
    this.#contributions.push({
      to: this.#idOf(parent),
      value: plainElements(contribution),
      total: plainElements(total),
    });
  }

  #idOf({ index }: ObservedNode): number {
    return this.#ids.get(index) as number;
  }
}
