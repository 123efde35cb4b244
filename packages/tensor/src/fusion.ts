import { noteKernel, recordCall } from './explain.js';
import type { Layout } from './layout.js';
import type { PrimitiveName } from './primitive.js';
import type { Tensor } from './tensor.js';

/** One elementwise primitive of a program, with its operands by number: inputs come first, then the steps in order. */
export interface Step {
  readonly primitive: PrimitiveName;
  readonly operands: readonly number[];
}

/** Elementwise primitives that are computed together, in one pass over memory. */
export interface Program {
  /** Each has all elements, or one that serves for all. */
  readonly inputs: readonly Tensor[];
  readonly steps: readonly Step[];
  /** The numbers of the values that are wanted, none of them an input. */
  readonly outputs: readonly number[];
}

/** What a backend can compute in one pass: float32 alone, and the bools of comparisons between the steps. */
export interface Fusion {
  readonly primitives: ReadonlySet<PrimitiveName>;
  /** Whether that many elements are worth a pass. */
  takes(size: number): boolean;
  /** The wanted values, in float32 and in row-major order, with the bits that the primitives give one by one. */
  run(program: Program, layout: Layout): Tensor[];
}

const comparisons: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>(['equal', 'less', 'lessEqual']);

/** Whether a primitive of a program gives bools; all others give float32. */
export function isComparison(primitive: PrimitiveName): boolean {
  return comparisons.has(primitive);
}

/** Tells of a pass that was computed: every step is a call of its own, which says what it was fused with. */
export function explainPass(
  kernel: string,
  { steps }: Program,
  { shape }: Layout,
  { storage }: Tensor,
): void {
  const all = steps.map(({ primitive }) => primitive).join(' ');
  for (const { primitive } of steps) {
    noteKernel(`${kernel}, fused: ${all}`);
    const dtype = isComparison(primitive) ? 'bool' : 'float32';
    recordCall({ primitive, shape, dtype, backend: storage.backend.name });
  }
}
