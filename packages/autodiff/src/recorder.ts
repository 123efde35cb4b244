import {
  type Attributes,
  bind,
  currentScope,
  holdForTransformation,
  type Inputs,
  type Interpreter,
  isFloat,
  nextLevel,
  type Primitive,
  type PrimitiveName,
  programScope,
  runForTransformation,
  type Scope,
  Tensor,
  type Trace,
} from '@renyi/tensor';
import { type JointPullback, type Node, nothing } from './node.js';
import { currentRegion, type Region } from './region.js';
import { observerOf } from './seeing/onlooker.js';
import type { TapeObserver } from './seeing/tape-observer.js';
import { nonDifferentiable, type NonDifferentiable, type Pullback, type VjpTable } from './vjp-rule.js';

/** What a recorder knows of a tensor: its value one level out, and the node that made it. */
export class RecordedTrace implements Trace {
  constructor(
    readonly interpreter: Recorder,
    readonly primal: Tensor,
    readonly node: Node,
  ) {}
}

/** The form in which rules of any primitive are called; the table's own type says what each really takes. */
type AnyRule = (output: Tensor, ...inputsAndAttributes: unknown[]) => Pullback;
type AnyVariadicRule = (
  output: Tensor,
  inputs: readonly Tensor[],
  attributes: unknown,
) => (index: number) => Pullback;
type FixedRules = readonly (AnyRule | NonDifferentiable)[];
type AnyRules = FixedRules | AnyVariadicRule | NonDifferentiable;

/**
 * Reverse mode as an interpreter: runs every primitive and writes down its pullbacks. Where the nodes are kept, and in
 * which order they are walked through, is for a subclass to say.
 *
 * Source: R. Wengert 1964; B. Speelpenning 1980. The split into tracer, rules and operators follows
 * HIPS/autograd, the nesting by levels JAX's autodidax.
 */
export abstract class Recorder implements Interpreter {
  abstract readonly level: number;
  protected abstract readonly rules: VjpTable;
  /** Regions that began later than this are not recorded. */
  #since = 0;
  /** The scope that residuals belong to; undefined for the one that the program has open. */
  #owner: Scope | null | undefined;
  #isRecording = true;
  protected observer: TapeObserver | null;

  protected constructor(owner: Scope | null | undefined, observer: TapeObserver | null = null) {
    this.#owner = owner;
    this.observer = observer;
  }

  /** Of the next node: larger than those of its parents. */
  protected abstract nextIndex(): number;

  protected abstract keep(node: Node): void;

  /** The nodes that `f` makes, in order; they are none of those that the recorder keeps. */
  protected abstract apart(f: () => void): readonly Node[];

  /** Whether its tensors are more than plain values. */
  get isRecording(): boolean {
    return this.#isRecording;
  }

  protected end(): void {
    this.#isRecording = false;
  }

  process<N extends PrimitiveName>(
    primitive: Primitive<N>,
    inputs: Inputs<N>,
    attributes: Attributes<N>,
  ): Tensor {
    if (!this.#isRecording || (currentRegion() !== null && this.passes(inputs))) {
      const primals = inputs.map((x) => this.primalOf(x));
      return bind(primitive, primals as readonly Tensor[] as Inputs<N>, attributes);
    }
    const owner = this.#owner === undefined ? programScope() : this.#owner;
    return owner === currentScope()
      ? this.#process(primitive, inputs, attributes)
      : runForTransformation(owner, inputs, () => this.#process(primitive, inputs, attributes));
  }

  /** Whether an operation on these operands lies in a region that is not recorded; the region hears of it. */
  passes(operands: readonly Tensor[]): boolean {
    const since = Math.max(this.level, this.#since);
    let outermost: Region | null = null;
    for (let region = currentRegion(); region !== null && region.level > since; region = region.outer) {
      outermost = region;
    }
    if (outermost === null) return false;
    (currentRegion() as Region).use(
      this,
      operands.map((x) => this.nodeOf(x)).filter((node) => node !== undefined),
    );
    // What is used must still be there when the region runs again.
    if (this.#owner !== undefined) holdForTransformation(this.#owner, operands, outermost.scope);
    return true;
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
    const rules = this.rules[primitive.name] as AnyRules;
    // Integers and booleans do not move when their arguments do.
    if (rules === nonDifferentiable || !isFloat(output.dtype)) return output;

    const parents: Node[] = [];
    const pullbacks: Pullback[] = [];
    const pullbackAt = typeof rules === 'function' ? rules(output, primals, attributes) : undefined;
    for (let i = 0; i < operands.length; i++) {
      const parent = this.nodeOf(operands[i] as Tensor);
      if (parent === undefined) continue;
      const pullback =
        pullbackAt === undefined
          ? applyRule((rules as FixedRules)[i] as FixedRules[number], output, primals, attributes)
          : pullbackAt(i);
      if (pullback === nonDifferentiable) continue;
      parents.push(parent);
      pullbacks.push(pullback);
    }
    return this.record(output, primitive.name, parents, pullbacks, primitive.broadcasts);
  }

  /** The value of a tensor one level further out: what is handed to the caller of a derivative. */
  primalOf(x: Tensor): Tensor {
    return this.traceOf(x)?.primal ?? x;
  }

  /** What made a tensor; undefined for a constant. */
  nodeOf(x: Tensor): Node | undefined {
    return this.traceOf(x)?.node;
  }

  /** Looks through the traces of transformations that ran inside this one: they have ended, and stand for their primal. */
  protected traceOf(x: Tensor): RecordedTrace | undefined {
    let { trace } = x;
    while (trace !== null && trace.interpreter.level > this.level) trace = trace.primal.trace;
    return trace instanceof RecordedTrace && trace.interpreter === this ? trace : undefined;
  }

  protected record(
    primal: Tensor,
    operation: string,
    parents: readonly Node[],
    pullbacks: Node['pullbacks'],
    broadcasts = false,
    place?: number,
  ): Tensor {
    const { layout, dtype, storage, offset } = primal;
    const { shape } = layout;
    const index = this.nextIndex();
    const node: Node = { index, operation, broadcasts, shape, dtype, parents, pullbacks, place };
    this.keep(node);
    const output = new Tensor(layout, dtype, storage, offset, new RecordedTrace(this, primal, node));
    if (primal.trace !== null) this.observer ??= observerOf(primal.trace);
    this.observer?.recorded(node, output);
    return output;
  }

  /**
   * Records an operation with a derivative of its own: `outputs`, values one level further out, as results of `operands`.
   * The pullback hands on what it makes of the cotangents of the outputs.
   */
  joint(
    operation: string,
    parents: readonly Node[],
    outputs: readonly Tensor[],
    pullback: JointPullback,
  ): Tensor[] {
    if (outputs.length === 0) return [];
    const { shape, dtype } = outputs[0] as Tensor;
    const index = this.nextIndex();
    const place = undefined;
    const node: Node = {
      index,
      operation,
      broadcasts: false,
      shape,
      dtype,
      parents,
      pullbacks: pullback,
      place,
    };
    this.keep(node);
    this.observer?.recorded(node, outputs[0] as Tensor);
    return outputs.map((y, at) => this.record(y, operation, [node], nothing, false, at));
  }

  /** Runs `f` in the scope that residuals belong to. */
  hold<R>(operands: readonly Tensor[], f: () => R): R {
    const owner = this.#owner === undefined ? programScope() : this.#owner;
    return owner === currentScope() ? f() : runForTransformation(owner, operands, f);
  }

  /** Records what `f` does, also after the recorder has ended, in a list of its own. */
  again<R>(f: () => R): { readonly result: R; readonly nodes: readonly Node[] } {
    const before = { isRecording: this.#isRecording, since: this.#since, owner: this.#owner };
    this.#isRecording = true;
    this.#since = nextLevel();
    this.#owner = currentScope();
    try {
      let result: { readonly is: R } | undefined;
      const nodes = this.apart(() => (result = { is: f() }));
      return { result: (result as { readonly is: R }).is, nodes };
    } finally {
      this.#isRecording = before.isRecording;
      this.#since = before.since;
      this.#owner = before.owner;
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
