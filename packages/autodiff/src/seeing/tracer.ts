import type { PrimitiveName, Tensor, Trace } from '@renyi/tensor';
import type { Graph, GraphConstant, GraphNode, GraphTensor } from './graph.js';
import { Onlooker } from './onlooker.js';
import { type Plain, type PlainElement, plain, plainElements } from './plain.js';

/** Writes down what it sees as a graph. */
export class Tracer extends Onlooker {
  /** By what stays the same however a tensor is handed around: its trace, or a constant itself. */
  readonly #ids = new Map<Trace | Tensor, number>();
  readonly #inputs: GraphTensor[] = [];
  readonly #constants: GraphConstant[] = [];
  readonly #nodes: GraphNode[] = [];

  /** The tensor as an input of the graph. */
  input(x: Tensor): Tensor {
    const watched = this.watch(x);
    this.#inputs.push(this.#register(watched));
    return watched;
  }

  /** The id of a tensor; one that has none yet is a constant. */
  idOf(x: Tensor): number {
    const known = this.#ids.get(this.traceOf(x) ?? x);
    if (known !== undefined) return known;
    const value = x.rank === 0 ? (plainElements(x) as PlainElement | null) : null;
    const constant = { ...this.#register(x), value };
    this.#constants.push(constant);
    return constant.id;
  }

  /** What was seen up to now. */
  get seen(): Pick<Graph, 'inputs' | 'constants' | 'nodes'> {
    return { inputs: this.#inputs, constants: this.#constants, nodes: this.#nodes };
  }

  protected saw(
    primitive: PrimitiveName,
    operands: readonly Tensor[],
    attributes: object,
    output: Tensor,
  ): void {
    const inputs = operands.map((x) => this.idOf(x));
    this.#nodes.push({
      ...this.#register(output),
      primitive,
      inputs,
      attributes: plain(attributes) as { readonly [name: string]: Plain },
    });
  }

  /** A tensor has got an id. */
  protected registered(_x: Tensor, _id: number): void {}

  #register(x: Tensor): GraphTensor {
    const id = this.#ids.size;
    this.#ids.set(this.traceOf(x) ?? x, id);
    this.registered(x, id);
    return { id, shape: [...x.shape], dtype: x.dtype };
  }
}
