import type { Attributes, Inputs, Primitive, PrimitiveName } from './primitive.js';
import type { Tensor } from './tensor.js';

/**
 * Something that gives primitives another meaning than running them: a tape that records them for reverse
 * mode, a forward-mode dual, a tracer that draws the graph.
 *
 * A transformation wraps its arguments in tensors that carry a `Trace` of its interpreter. `bind` hands a
 * call to the interpreter with the highest level among the operands; that one unwraps its own operands and
 * binds again, which reaches the next outer interpreter and at last the backend. Nothing global says which
 * transformation is active, so they nest in any order (the scheme of JAX's autodidax).
 */
export interface Interpreter {
  /** Higher is further inside. Take it from `nextLevel()` when the transformation starts. */
  readonly level: number;
  process<N extends PrimitiveName>(
    primitive: Primitive<N>,
    inputs: Inputs<N>,
    attributes: Attributes<N>,
  ): Tensor;
  /** Where it keeps account of gradients: what `x.backward()` does with one of its tensors. */
  backward?(x: Tensor, options: BackwardOptions): void;
  /** Where it keeps account of gradients: what `x.grad` is for one of its tensors. */
  gradientOf?(x: Tensor): Tensor | null;
}

export interface BackwardOptions {
  /** The cotangent of what is not a scalar: of its shape, and on its backend. */
  readonly cotangent?: Tensor;
  /** Keeps what was recorded, so that `backward()` may be called again. */
  readonly retainGraph?: boolean;
}

/** What an interpreter knows of a tensor that takes part in its transformation. */
export interface Trace {
  readonly interpreter: Interpreter;
  /** The same value one level further out. */
  readonly primal: Tensor;
}

let levels = 0;

/** A level above all earlier ones: a transformation that starts later runs inside those that have not ended. */
export function nextLevel(): number {
  levels += 1;
  return levels;
}
