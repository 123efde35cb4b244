import { bind } from './bind.js';
import { checkTensor } from './checks.js';
import { type Fusion, isComparison, type Step } from './fusion.js';
import { type Interpreter, nextLevel, type Trace } from './interpreter.js';
import { Layout } from './layout.js';
import { currentScope, holdFor, type Scope } from './memory/registry.js';
import type { Attributes, Inputs, Primitive, PrimitiveName } from './primitive.js';
import type { BinaryName } from './primitives/signatures.js';
import { sameShape } from './shape.js';
import { Tensor } from './tensor.js';
import type { Backend } from './backend.js';

/**
 * `f`, with its elementwise operations computed together: one pass over memory for a whole expression, instead of one for
 * each operation. `f` is run on tensors that only note what is done to them, and what it returns (a tensor, or
 * arrays and plain records of them) is then computed by one kernel, compiled at the first use of an expression and kept.
 *
 * The results have the bits of the separate operations. What is no elementwise operation on float32 of one shape (a sum, a
 * product of matrices, a broadcast) is computed at once, and so is what `f` reads. Under a transformation such as
 * `grad`, on few elements, and on a backend that has no such kernels, `f` itself runs: derivatives are those of its operations.
 * `explain` tells what was fused.
 * @see jax.jit, torch.compile
 *
 * @example
 * import { fuse, ones } from '@renyi/tensor';
 * const f = fuse((x, y) => x.mul(y).add(x).relu());
 * console.log(f(ones([1000]), ones([1000])).sum().item()); // => 2000
 */
export function fuse<X extends readonly Tensor[], R>(f: (...xs: X) => R): (...xs: X) => R {
  return (...xs) => {
    for (const x of xs) checkTensor('fuse', x);
    const largest = xs.reduce<Tensor | undefined>(
      (a, b) => (a === undefined || b.size > a.size ? b : a),
      undefined,
    );
    const fusion = largest?.storage.backend.fusion;
    if (fusion === undefined || !fusion.takes((largest as Tensor).size)) return f(...xs);
    if (xs.some(({ trace, storage }) => trace !== null || storage.backend !== largest?.storage.backend)) {
      return f(...xs);
    }
    const recorder = new Recorder(fusion, largest as Tensor);
    return recorder.finish(f(...(xs.map((x) => recorder.watch(x)) as readonly Tensor[] as X))) as R;
  };
}

/** A primitive whose name is looked at where it matters. */
type AnyPrimitive = Primitive<BinaryName>;

/** What a recorder knows of a tensor: the operation that will make it, or its value. */
class Note implements Trace {
  value: Tensor | undefined;

  constructor(
    readonly interpreter: Recorder,
    readonly primitive: AnyPrimitive | undefined,
    readonly operands: readonly Tensor[],
    /** Operations are numbered as they come: operands before what is made of them. */
    readonly order: number,
  ) {}

  get primal(): Tensor {
    return this.interpreter.valueOf(this);
  }
}

/** Writes down elementwise operations instead of running them, until a value is asked for. */
class Recorder implements Interpreter {
  readonly level: number = nextLevel();
  readonly #fusion: Fusion;
  readonly #backend: Backend;
  readonly #layout: Layout;
  /** What is noted must live as long as the values made of it may be asked for. */
  readonly #scope: Scope | null = currentScope();
  #count = 0;
  #isRecording = true;

  constructor(fusion: Fusion, { shape, storage }: Tensor) {
    this.#fusion = fusion;
    this.#backend = storage.backend;
    this.#layout = Layout.contiguous(shape);
  }

  /** The tensor as one that is noted with; unchanged where it has another shape or dtype. */
  watch(x: Tensor): Tensor {
    if (!this.#isWhole(x)) return x;
    const note = new Note(this, undefined, [], this.#count++);
    note.value = x;
    return new Tensor(x.layout, x.dtype, x.storage, x.offset, note);
  }

  process<N extends PrimitiveName>(
    primitive: Primitive<N>,
    inputs: Inputs<N>,
    attributes: Attributes<N>,
  ): Tensor {
    const operands: readonly Tensor[] = inputs;
    if (!this.#isRecording || !this.#fits(primitive.name, operands)) {
      const values = operands.map((x) => this.#plain(x));
      return bind(primitive, values as readonly Tensor[] as Inputs<N>, attributes);
    }
    const dtype = primitive.dtype(inputs, attributes);
    for (const x of operands) if (x.trace === null) holdFor(this.#scope, x);
    const note = new Note(this, primitive as unknown as AnyPrimitive, operands, this.#count++);
    return new Tensor(this.#layout, dtype, { backend: this.#backend }, 0, note);
  }

  /** The value of a note, computed if need be. */
  valueOf(note: Note): Tensor {
    if (note.value === undefined) this.#compute([note]);
    return note.value as Tensor;
  }

  /** The result with values for notes, all of which are computed in one pass. */
  finish(result: unknown): unknown {
    const notes = new Set<Note>();
    walk(result, (x) => {
      const note = this.#noteOf(x);
      if (note !== undefined && note.value === undefined) notes.add(note);
      return x;
    });
    this.#compute([...notes]);
    this.#isRecording = false;
    return walk(result, (x) => this.#plain(x));
  }

  #isWhole({ dtype, shape }: Tensor): boolean {
    return dtype === 'float32' && sameShape(shape, this.#layout.shape);
  }

  /** Whether a primitive can be a step: all operands are numbers for the whole shape, or one float32 for all elements. */
  #fits(name: PrimitiveName, operands: readonly Tensor[]): boolean {
    if (!this.#fusion.primitives.has(name)) return false;
    return operands.every((x, i) => {
      const note = this.#noteOf(x);
      if (note === undefined && (x.trace !== null || x.storage.backend !== this.#backend)) return false;
      // A condition is one that was noted.
      if (name === 'where' && i === 0)
        return x.dtype === 'bool' && note !== undefined && note.value === undefined;
      return (
        this.#isWhole(x) || (x.dtype === 'float32' && x.size === 1 && x.rank <= this.#layout.shape.length)
      );
    });
  }

  #noteOf({ trace }: Tensor): Note | undefined {
    return trace instanceof Note && trace.interpreter === this ? trace : undefined;
  }

  #plain(x: Tensor): Tensor {
    const note = this.#noteOf(x);
    return note === undefined ? x : this.valueOf(note);
  }

  #compute(wanted: readonly Note[]): void {
    // A bool is no output of a pass: it is made from its operands, which are.
    const [bools, floats] = [wanted.filter(isBool), wanted.filter((note) => !isBool(note))];
    if (floats.length > 0) this.#runPass(floats);
    for (const note of bools) {
      const operands = note.operands.map((x) => this.#plain(x));
      note.value = bind(note.primitive as AnyPrimitive, operands as [Tensor, Tensor], {});
    }
  }

  #runPass(wanted: readonly Note[]): void {
    const inputs: Tensor[] = [];
    const numbers = new Map<Tensor | Note, number>();
    const inputNumber = (x: Tensor): void => {
      if (!numbers.has(x)) numbers.set(x, inputs.push(x) - 1);
    };
    const notes = this.#reachable(wanted);
    for (const { operands } of notes) {
      for (const x of operands) {
        const note = this.#noteOf(x);
        if (note === undefined || note.value !== undefined) inputNumber(note?.value ?? x);
      }
    }
    const steps = notes.map((note, i): Step => {
      numbers.set(note, inputs.length + i);
      const operands = note.operands.map((x) => {
        const operand = this.#noteOf(x);
        return numbers.get(operand === undefined ? x : (operand.value ?? operand)) as number;
      });
      return { primitive: (note.primitive as AnyPrimitive).name, operands };
    });
    const outputs = wanted.map((note) => numbers.get(note) as number);
    const values = this.#fusion.run({ inputs, steps, outputs }, this.#layout);
    for (const [i, note] of wanted.entries()) note.value = values[i] as Tensor;
  }

  /** The notes without a value that the wanted ones are made of, in order. */
  #reachable(wanted: readonly Note[]): Note[] {
    const found = new Set<Note>(wanted);
    const pending = [...wanted];
    for (let note = pending.pop(); note !== undefined; note = pending.pop()) {
      for (const x of note.operands) {
        const operand = this.#noteOf(x);
        if (operand === undefined || operand.value !== undefined || found.has(operand)) continue;
        found.add(operand);
        pending.push(operand);
      }
    }
    return [...found].sort((a, b) => a.order - b.order);
  }
}

function isBool({ primitive }: Note): boolean {
  return primitive !== undefined && isComparison(primitive.name);
}

/** The same arrays and plain records with `f` of each tensor. */
function walk(tree: unknown, f: (x: Tensor) => Tensor): unknown {
  if (tree instanceof Tensor) return f(tree);
  if (Array.isArray(tree)) return tree.map((part: unknown) => walk(part, f));
  if (typeof tree !== 'object' || tree === null || !isPlain(tree)) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, walk(part, f)]));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
