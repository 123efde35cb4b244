import {
  type Attributes,
  bind,
  type Inputs,
  type Interpreter,
  nextLevel,
  type Primitive,
  type PrimitiveName,
  Tensor,
  type Trace,
} from '@renyi/tensor';
import type { TapeObserver } from './tape-observer.js';

/** What an onlooker knows of a tensor: its value one level out, and nothing else. */
class OnlookerTrace implements Trace {
  constructor(
    readonly interpreter: Onlooker,
    readonly primal: Tensor,
  ) {}
}

/**
 * An interpreter that sees every operation which one of its tensors takes part in, and changes nothing. Transformations
 * that run inside it work on its tensors, so it sees what they do too: the operations of a backward pass, for instance.
 * Operations on constants alone pass it by.
 */
export abstract class Onlooker implements Interpreter {
  readonly level: number = nextLevel();
  /** Who is told of the tapes that run inside of this onlooker. */
  readonly tapeObserver: TapeObserver | null = null;
  #isWatching = true;

  /** An operation was computed: its operands as they came, and its output as one of this onlooker's tensors. */
  protected abstract saw(
    primitive: PrimitiveName,
    operands: readonly Tensor[],
    attributes: object,
    output: Tensor,
  ): void;

  /** The tensor as one of this onlooker's. */
  watch(x: Tensor): Tensor {
    const { layout, dtype, storage, offset } = x;
    return new Tensor(layout, dtype, storage, offset, new OnlookerTrace(this, x));
  }

  process<N extends PrimitiveName>(
    primitive: Primitive<N>,
    inputs: Inputs<N>,
    attributes: Attributes<N>,
  ): Tensor {
    const operands: readonly Tensor[] = inputs;
    const primals: readonly Tensor[] = operands.map((x) => this.primalOf(x));
    const output = bind(primitive, primals as Inputs<N>, attributes);
    if (!this.#isWatching) return output;
    const watched = this.watch(output);
    this.saw(primitive.name, operands, attributes, watched);
    return watched;
  }

  get isWatching(): boolean {
    return this.#isWatching;
  }

  /** The value of a tensor one level further out. */
  primalOf(x: Tensor): Tensor {
    return this.traceOf(x)?.primal ?? x;
  }

  /** From now on its tensors are plain values. */
  stop(): void {
    this.#isWatching = false;
  }

  /** Looks through the traces of transformations that ran inside this one: they have ended, and stand for their primal. */
  protected traceOf(x: Tensor): Trace | undefined {
    let { trace } = x;
    while (trace !== null && trace.interpreter.level > this.level) trace = trace.primal.trace;
    return trace?.interpreter === this ? trace : undefined;
  }
}

/** The observer of an onlooker that a tensor with this trace belongs to, however far out; null where there is none. */
export function observerOf(trace: Trace): TapeObserver | null {
  for (let outer: Trace | null = trace; outer !== null; outer = outer.primal.trace) {
    const { interpreter } = outer;
    if (interpreter instanceof Onlooker && interpreter.tapeObserver !== null) return interpreter.tapeObserver;
  }
  return null;
}
