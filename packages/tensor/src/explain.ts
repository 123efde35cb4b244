import type { DType } from './dtype.js';
import type { PrimitiveName } from './primitive.js';
import type { Shape } from './shape.js';

/** One primitive that was computed. */
export interface KernelCall {
  readonly primitive: PrimitiveName;
  /** Of the result. */
  readonly shape: Shape;
  readonly dtype: DType;
  /** The backend's name. */
  readonly backend: string;
  /** Which of the backend's kernels ran, and why that one. */
  readonly kernel: string;
}

let calls: KernelCall[] | null = null;
let noted: string | undefined;

/**
 * Runs `f` and tells which primitives were computed meanwhile, in order, on which backend and by which kernel: nothing
 * falls back in silence.
 *
 * @example
 * import { explain, ones, referenceBackend } from '@renyi/tensor';
 * const x = ones([2], { backend: referenceBackend });
 * console.log(explain(() => x.add(1).exp()).map(({ primitive, kernel }) => `${primitive}: ${kernel}`));
 * // => [ 'add: loop', 'exp: loop' ]
 */
export function explain(f: () => unknown): readonly KernelCall[] {
  const [outerCalls, mine] = [calls, [] as KernelCall[]];
  calls = mine;
  try {
    f();
  } finally {
    calls = outerCalls;
    calls?.push(...mine);
  }
  return mine;
}

/** Whether somebody wants to know. */
export function isExplaining(): boolean {
  return calls !== null;
}

/** What a kernel that has a choice says of itself; others are plain loops. */
export function noteKernel(kernel: string): void {
  noted = kernel;
}

export function recordCall(call: Omit<KernelCall, 'kernel'>): void {
  calls?.push({ ...call, kernel: noted ?? 'loop' });
  noted = undefined;
}
