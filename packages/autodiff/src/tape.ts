import {
  add,
  type Attributes,
  bind,
  cast,
  type DType,
  formatShape,
  type Inputs,
  type Interpreter,
  isFloat,
  nextLevel,
  type Primitive,
  type PrimitiveName,
  sameShape,
  type Shape,
  ShapeError,
  Tensor,
  type Trace,
} from '@renyi/tensor';
import { sumTo } from './sum-to.js';
import { nonDifferentiable, type NonDifferentiable, type Pullback } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

/**
 * One recorded operation: where its cotangent goes, and how. It holds no value of the forward pass except
 * what its pullbacks close over.
 */
interface Node {
  readonly index: number;
  /** The operation's name, for messages. */
  readonly operation: string;
  readonly broadcasts: boolean;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly parents: Node[];
  /** For each parent, from the cotangent of this node to the parent's. */
  pullbacks: Pullback[];
}

/** What a tape knows of a tensor: its value one level out, and the node that made it. */
class TapeTrace implements Trace {
  constructor(
    readonly interpreter: Tape,
    readonly primal: Tensor,
    readonly node: Node,
  ) {}
}

/** The form in which the tape calls rules of any primitive; the table's own type says what each really takes. */
type AnyRule = (output: Tensor, ...inputsAndAttributes: unknown[]) => Pullback;
type AnyRules = readonly (AnyRule | NonDifferentiable)[] | NonDifferentiable;

/**
 * Reverse mode as an interpreter: runs every primitive and writes down its pullbacks, in order (a Wengert
 * list); the backward pass is one walk through that list from the end, so it needs no recursion and no sorting.
 *
 * Source: R. Wengert 1964; B. Speelpenning 1980. The split into tracer, rules and operators follows
 * HIPS/autograd, the nesting by levels JAX's autodidax.
 */
export class Tape implements Interpreter {
  readonly level: number = nextLevel();
  #nodes: Node[] = [];
  #isRecording = true;

  /** The tensor as a variable of this tape. */
  watch(x: Tensor): Tensor {
    return this.#record(x, this.#newNode('input', false, x, [], []));
  }

  process<N extends PrimitiveName>(primitive: Primitive<N>, inputs: Inputs<N>, attributes: Attributes<N>): Tensor {
    const operands: readonly Tensor[] = inputs;
    const primals = operands.map((x) => this.primalOf(x));
    const output = bind(primitive, primals as readonly Tensor[] as Inputs<N>, attributes);
    const rules = vjpTable[primitive.name] as AnyRules;
    // Integers and booleans do not move when their arguments do.
    if (!this.#isRecording || rules === nonDifferentiable || !isFloat(output.dtype)) return output;

    const parents: Node[] = [];
    const pullbacks: Pullback[] = [];
    for (let i = 0; i < operands.length; i++) {
      const parent = this.#traceOf(operands[i] as Tensor)?.node;
      const rule = rules[i] as AnyRule | NonDifferentiable;
      if (parent === undefined || rule === nonDifferentiable) continue;
      parents.push(parent);
      pullbacks.push(rule(output, ...primals, attributes));
    }
    if (parents.length === 0) return output;
    return this.#record(output, this.#newNode(primitive.name, primitive.broadcasts, output, parents, pullbacks));
  }

  /**
   * The cotangents of `targets` when that of `output` is `seed`; undefined where the output does not depend
   * on the target. With `release`, residuals are freed as they are used, and the tape is spent.
   */
  backward(
    output: Tensor,
    seed: Tensor,
    targets: readonly Tensor[],
    options: { readonly release: boolean },
  ): (Tensor | undefined)[] {
    const cotangents: (Tensor | undefined)[] = [];
    const last = this.#traceOf(output)?.node;
    if (last !== undefined) {
      cotangents[last.index] = seed;
      for (let index = last.index; index >= 0; index--) {
        const g = cotangents[index];
        const node = this.#nodes[index] as Node;
        if (g !== undefined) pushBack(node, g, cotangents);
        // Variables have no parents; their cotangents are what was asked for.
        if (node.parents.length > 0) cotangents[index] = undefined;
        if (options.release) node.pullbacks = [];
      }
    }
    return targets.map((target) => {
      const node = this.#traceOf(target)?.node;
      return node === undefined ? undefined : cotangents[node.index];
    });
  }

  /** The value of a tensor one level further out: what is handed to the caller of a derivative. */
  primalOf(x: Tensor): Tensor {
    return this.#traceOf(x)?.primal ?? x;
  }

  /** From now on this tape's tensors are plain values: what leaves a derivative is no longer part of it. */
  stop(options: { readonly release: boolean }): void {
    this.#isRecording = false;
    if (options.release) this.#nodes = [];
  }

  #traceOf(x: Tensor): TapeTrace | undefined {
    return x.trace instanceof TapeTrace && x.trace.interpreter === this ? x.trace : undefined;
  }

  #newNode(operation: string, broadcasts: boolean, output: Tensor, parents: Node[], pullbacks: Pullback[]): Node {
    const { shape, dtype } = output;
    const node: Node = { index: this.#nodes.length, operation, broadcasts, shape, dtype, parents, pullbacks };
    this.#nodes.push(node);
    return node;
  }

  #record(primal: Tensor, node: Node): Tensor {
    return new Tensor(primal.layout, primal.dtype, primal.storage, primal.offset, new TapeTrace(this, primal, node));
  }
}

/** Adds what the cotangent `g` of a node means for its parents. */
function pushBack(node: Node, g: Tensor, cotangents: (Tensor | undefined)[]): void {
  for (let i = 0; i < node.parents.length; i++) {
    const parent = node.parents[i] as Node;
    const contribution = fit(node, parent, (node.pullbacks[i] as Pullback)(g));
    const sofar = cotangents[parent.index];
    cotangents[parent.index] = sofar === undefined ? contribution : add(sofar, contribution);
  }
}

/** Undoes broadcasting and promotion, and holds the rule to its word about the shape. */
function fit(node: Node, parent: Node, cotangent: Tensor): Tensor {
  const summed = node.broadcasts ? sumTo(cotangent, parent.shape) : cotangent;
  if (!sameShape(summed.shape, parent.shape)) {
    throw new ShapeError(`derivative of ${node.operation}`, {
      expected: `a cotangent of shape ${formatShape(parent.shape)}`,
      got: formatShape(summed.shape),
      remedy: 'The rule in the vjp table is wrong',
    });
  }
  return cast(summed, parent.dtype);
}
