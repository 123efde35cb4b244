import {
  add,
  type Attributes,
  bind,
  cast,
  expand,
  formatShape,
  fullLike,
  type Inputs,
  type Interpreter,
  isFloat,
  nextLevel,
  type Primitive,
  type PrimitiveName,
  sameShape,
  ShapeError,
  Tensor,
  type Trace,
} from '@renyi/tensor';
import { type JvpTable, type Linear, linear } from './jvp-rule.js';
import { currentRegion } from './region.js';
import { nonDifferentiable, type NonDifferentiable } from './vjp-rule.js';

/** What a dual knows of a tensor: its value one level out, and the direction in which that moves. */
export class DualTrace implements Trace {
  constructor(
    readonly interpreter: Dual,
    readonly primal: Tensor,
    readonly tangent: Tensor,
  ) {}
}

/** The form in which rules of any primitive are called; the table's own type says what each really takes. */
type AnyRule = (t: Tensor, output: Tensor, ...inputsAndAttributes: unknown[]) => Tensor;
type AnyRules = readonly (AnyRule | Linear | NonDifferentiable)[] | Linear | NonDifferentiable;

/**
 * Forward mode as an interpreter: every value is x + t dx, and a primitive is run on the x while its rule says what
 * becomes of the t. Nothing is kept and nothing is walked backwards.
 *
 * Source: R. Wengert 1964; dual numbers are W. Clifford's (1873).
 */
export class Dual implements Interpreter {
  readonly level: number = nextLevel();
  readonly #rules: JvpTable;
  #isRunning = true;

  constructor(rules: JvpTable) {
    this.#rules = rules;
  }

  /** The tensor as one that moves along `tangent`, which has its shape and dtype. */
  move(x: Tensor, tangent: Tensor): Tensor {
    const { layout, dtype, storage, offset } = x;
    return new Tensor(layout, dtype, storage, offset, new DualTrace(this, x, tangent));
  }

  process<N extends PrimitiveName>(
    primitive: Primitive<N>,
    inputs: Inputs<N>,
    attributes: Attributes<N>,
  ): Tensor {
    const operands: readonly Tensor[] = inputs;
    const primals = operands.map((x) => this.primalOf(x));
    const output = bind(primitive, primals as readonly Tensor[] as Inputs<N>, attributes);
    const rules = this.#rules[primitive.name] as AnyRules;
    // Integers and booleans do not move when their arguments do.
    if (!this.#isRunning || rules === nonDifferentiable || !isFloat(output.dtype)) return output;

    this.notice();
    const tangents = operands.map((x) => this.tangentOf(x));
    const applyAt = (moved: readonly Tensor[]): Tensor =>
      bind(primitive, moved as readonly Tensor[] as Inputs<N>, attributes);
    let tangent: Tensor | undefined;
    if (rules === linear) {
      if (tangents.some((t) => t !== undefined)) {
        tangent = applyAt(primals.map((x, i) => tangents[i] ?? (isFloat(x.dtype) ? fullLike(x, 0) : x)));
      }
    } else {
      for (const [i, t] of tangents.entries()) {
        const rule = rules[i] as AnyRule | Linear | NonDifferentiable;
        if (t === undefined || rule === nonDifferentiable) continue;
        const contribution =
          rule === linear ? applyAt(primals.with(i, t)) : rule(t, output, ...primals, attributes);
        tangent = tangent === undefined ? contribution : add(tangent, contribution);
      }
    }
    return tangent === undefined ? output : this.move(output, fit(primitive, output, tangent));
  }

  /** The value of a tensor one level further out: what is handed to the caller of a derivative. */
  primalOf(x: Tensor): Tensor {
    return this.#traceOf(x)?.primal ?? x;
  }

  /** The direction in which a tensor moves; undefined for one that stands still. */
  tangentOf(x: Tensor): Tensor | undefined {
    return this.#traceOf(x)?.tangent;
  }

  /** Whether its tensors are more than plain values. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** A region in which something moves is told, so that it moves when the region runs again. */
  notice(): void {
    const region = currentRegion();
    if (region !== null && region.level > this.level) region.moving.add(this);
  }

  /** Runs `f` while tensors move, also after the dual was stopped. */
  again<R>(f: () => R): R {
    const before = this.#isRunning;
    this.#isRunning = true;
    try {
      return f();
    } finally {
      this.#isRunning = before;
    }
  }

  /** From now on the tensors that move are plain values: what leaves a derivative is no longer part of it. */
  stop(): void {
    this.#isRunning = false;
  }

  /** Looks through the traces of transformations that ran inside this one: they have ended, and stand for their primal. */
  #traceOf(x: Tensor): DualTrace | undefined {
    let { trace } = x;
    while (trace !== null && trace.interpreter.level > this.level) trace = trace.primal.trace;
    return trace instanceof DualTrace && trace.interpreter === this ? trace : undefined;
  }
}

/** Broadcasts and promotes as the primitive does, and holds the rule to its word about the shape. */
function fit(
  primitive: Pick<Primitive<PrimitiveName>, 'name' | 'broadcasts'>,
  { shape, dtype }: Tensor,
  tangent: Tensor,
): Tensor {
  if (sameShape(tangent.shape, shape)) return cast(tangent, dtype);
  if (primitive.broadcasts) return expand(cast(tangent, dtype), shape);
  throw new ShapeError(`derivative of ${primitive.name}`, {
    expected: `a tangent of shape ${formatShape(shape)}`,
    got: formatShape(tangent.shape),
    remedy: 'The rule in the jvp table is wrong',
  });
}
