import {
  add,
  type Attributes,
  bind,
  cast,
  checkLive,
  currentScope,
  type DType,
  formatShape,
  type Inputs,
  type Interpreter,
  isFloat,
  nextLevel,
  type Primitive,
  type PrimitiveName,
  runForTransformation,
  sameShape,
  type Scope,
  type Shape,
  ShapeError,
  Tensor,
  type Trace,
} from '@renyi/tensor';
import { observerOf } from './seeing/onlooker.js';
import type { TapeObserver } from './seeing/tape-observer.js';
import { sumTo } from './sum-to.js';
import { nonDifferentiable, type NonDifferentiable, type Pullback, type VjpTable } from './vjp-rule.js';

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
  /** The indices of the nodes that its cotangent goes to. */
  readonly parents: readonly number[];
  /** For each parent, from the cotangent of this node to the parent's. */
  pullbacks: readonly Pullback[];
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
type AnyVariadicRule = (
  output: Tensor,
  inputs: readonly Tensor[],
  attributes: unknown,
) => (index: number) => Pullback;
type FixedRules = readonly (AnyRule | NonDifferentiable)[];
type AnyRules = FixedRules | AnyVariadicRule | NonDifferentiable;

/**
 * Reverse mode as an interpreter: runs every primitive and writes down its pullbacks, in order (a Wengert
 * list); the backward pass is one walk through that list from the end, so it needs no recursion and no sorting.
 *
 * Source: R. Wengert 1964; B. Speelpenning 1980. The split into tracer, rules and operators follows
 * HIPS/autograd, the nesting by levels JAX's autodidax.
 */
export class Tape implements Interpreter {
  readonly level: number = nextLevel();
  readonly #rules: VjpTable;
  /** Residuals belong to the scope in which the transformation started. */
  readonly #scope: Scope | null = currentScope();
  #nodes: Node[] = [];
  #isRecording = true;
  #observer: TapeObserver | null;

  constructor(rules: VjpTable, observer: TapeObserver | null = null) {
    this.#rules = rules;
    this.#observer = observer;
  }

  /** How many variables and operations it holds. */
  get length(): number {
    return this.#nodes.length;
  }

  /** The tensor as a variable of this tape. */
  watch(x: Tensor): Tensor {
    return this.#record(x, 'input', false, [], nothing);
  }

  process<N extends PrimitiveName>(
    primitive: Primitive<N>,
    inputs: Inputs<N>,
    attributes: Attributes<N>,
  ): Tensor {
    return currentScope() === this.#scope || !this.#isRecording
      ? this.#process(primitive, inputs, attributes)
      : runForTransformation(this.#scope, inputs, () => this.#process(primitive, inputs, attributes));
  }

  #process<N extends PrimitiveName>(
    primitive: Primitive<N>,
    inputs: Inputs<N>,
    attributes: Attributes<N>,
  ): Tensor {
    const operands: readonly Tensor[] = inputs;
    const primals: Tensor[] = [];
    for (let i = 0; i < operands.length; i++) primals.push(this.primalOf(operands[i] as Tensor));
    const output = bind(primitive, primals as readonly Tensor[] as Inputs<N>, attributes);
    const rules = this.#rules[primitive.name] as AnyRules;
    // Integers and booleans do not move when their arguments do.
    if (!this.#isRecording || rules === nonDifferentiable || !isFloat(output.dtype)) return output;

    const parents: number[] = [];
    const pullbacks: Pullback[] = [];
    const pullbackAt = typeof rules === 'function' ? rules(output, primals, attributes) : undefined;
    for (let i = 0; i < operands.length; i++) {
      const parent = this.#traceOf(operands[i] as Tensor)?.node;
      if (parent === undefined) continue;
      const pullback =
        pullbackAt === undefined
          ? applyRule((rules as FixedRules)[i] as FixedRules[number], output, primals, attributes)
          : pullbackAt(i);
      if (pullback === nonDifferentiable) continue;
      parents.push(parent.index);
      pullbacks.push(pullback);
    }
    return this.#record(output, primitive.name, primitive.broadcasts, parents, pullbacks);
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
    // A variable that was disposed of has lost its place on the tape.
    for (const target of targets) checkLive('derivative', target);
    const last = this.#traceOf(output)?.node;
    if (last === undefined) return targets.map(() => undefined);
    const cotangents = new Array<Tensor | undefined>(last.index + 1);
    cotangents[last.index] = cast(seed, last.dtype);
    for (let index = last.index; index >= 0; index--) {
      const g = cotangents[index];
      const node = this.#nodes[index] as Node;
      // Variables have no parents; their cotangents are what was asked for.
      if (g !== undefined && node.parents.length > 0) {
        if (this.#observer === null) this.#pushBack(node, g, cotangents);
        else this.#observer.visiting(node, g, () => this.#pushBack(node, g, cotangents));
        cotangents[index] = undefined;
      }
      if (options.release) node.pullbacks = nothing;
    }
    return targets.map((target) => cotangents[(this.#traceOf(target) as TapeTrace).node.index]);
  }

  /** The value of a tensor one level further out: what is handed to the caller of a derivative. */
  primalOf(x: Tensor): Tensor {
    return this.#traceOf(x)?.primal ?? x;
  }

  /** From now on this tape's tensors are plain values: what leaves a derivative is no longer part of it. */
  stop(options: { readonly release: boolean }): void {
    this.#isRecording = false;
    if (!options.release) return;
    // A tensor that leaked out still holds its node.
    for (const node of this.#nodes) node.pullbacks = nothing;
    this.#nodes = [];
  }

  /** Looks through the traces of transformations that ran inside this one: they have ended, and stand for their primal. */
  #traceOf(x: Tensor): TapeTrace | undefined {
    let { trace } = x;
    while (trace !== null && trace.interpreter.level > this.level) trace = trace.primal.trace;
    return trace instanceof TapeTrace && trace.interpreter === this ? trace : undefined;
  }

  #record(
    primal: Tensor,
    operation: string,
    broadcasts: boolean,
    parents: readonly number[],
    pullbacks: readonly Pullback[],
  ): Tensor {
    const { layout, dtype, storage, offset } = primal;
    const node: Node = {
      index: this.#nodes.length,
      operation,
      broadcasts,
      shape: layout.shape,
      dtype,
      parents,
      pullbacks,
    };
    this.#nodes.push(node);
    const output = new Tensor(layout, dtype, storage, offset, new TapeTrace(this, primal, node));
    if (primal.trace !== null) this.#observer ??= observerOf(primal.trace);
    this.#observer?.recorded(node, output);
    return output;
  }

  /** Adds what the cotangent `g` of a node means for its parents. */
  #pushBack(node: Node, g: Tensor, cotangents: (Tensor | undefined)[]): void {
    for (let i = 0; i < node.parents.length; i++) {
      const parent = this.#nodes[node.parents[i] as number] as Node;
      const contribution = fit(node, parent, (node.pullbacks[i] as Pullback)(g));
      const sofar = cotangents[parent.index];
      const total = sofar === undefined ? contribution : add(sofar, contribution);
      cotangents[parent.index] = total;
      this.#observer?.contributed(node, parent, contribution, total);
    }
  }
}

/** rule(output, ...inputs, attributes), written out for one and two inputs: this runs for every operation. */
function applyRule(
  rule: AnyRule | NonDifferentiable,
  output: Tensor,
  inputs: readonly Tensor[],
  attributes: unknown,
): Pullback | NonDifferentiable {
  if (rule === nonDifferentiable) return nonDifferentiable;
  switch (inputs.length) {
    case 1:
      return rule(output, inputs[0], attributes);
    case 2:
      return rule(output, inputs[0], inputs[1], attributes);
    default:
      return rule(output, ...inputs, attributes);
  }
}

/** No pullbacks: of variables, and of nodes that have been released. */
const nothing: readonly never[] = [];

/** Undoes broadcasting and promotion, and holds the rule to its word about the shape. */
function fit(node: Node, parent: Node, cotangent: Tensor): Tensor {
  const due = node.broadcasts ? node.shape : parent.shape;
  if (!sameShape(cotangent.shape, due)) {
    throw new ShapeError(`derivative of ${node.operation}`, {
      expected: `a cotangent of shape ${formatShape(due)}`,
      got: formatShape(cotangent.shape),
      remedy: 'The rule in the vjp table is wrong',
    });
  }
  return cast(node.broadcasts ? sumTo(cotangent, parent.shape) : cotangent, parent.dtype);
}
