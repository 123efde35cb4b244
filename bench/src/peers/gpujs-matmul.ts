import type { IKernelRunShortcut } from 'gpu.js';

/**
 * A matrix product in raw gpu.js, as its own README has it.
 *
 * The kernel is text, because gpu.js reads the source of a function, which coverage tools and minifiers change.
 * Its loop is bounded by a constant: with a bound that is no constant, gpu.js stops after 1000 turns without a word.
 */
const source = `function (a, b) {
  let sum = 0;
  for (let i = 0; i < this.constants.n; i++) sum += a[this.thread.y][i] * b[i][this.thread.x];
  return sum;
}`;

/** @returns the product of the two row-major n by n matrices, as its rows, each time it is called */
export async function gpujsMatmul(
  mode: 'cpu' | 'webasm',
  a: Float32Array,
  b: Float32Array,
  n: number,
): Promise<() => Float32Array[]> {
  const { GPU, Input } = await import('gpu.js');
  const gpu = new GPU({ mode });
  const kernel = gpu.createKernel(source, { output: [n, n], constants: { n }, precision: 'single' });
  // Flat arrays: nested ones would be flattened again on every call.
  // (Its types ask for an array of numbers; a typed one is what it stores.)
  const flat = (x: Float32Array): InstanceType<typeof Input> => new Input(x as unknown as number[], [n, n]);
  const [inputA, inputB] = [flat(a), flat(b)];
  const run = (): Float32Array[] => kernel(inputA, inputB) as Float32Array[];
  run();
  requireMode(kernel, mode);
  return run;
}

/** gpu.js may choose another mode than was asked for; then its time would stand under the wrong name. */
function requireMode(kernel: IKernelRunShortcut, mode: string): void {
  const { constructor: used } = (
    kernel as unknown as { kernel: { constructor: { mode?: string; name: string } } }
  ).kernel;
  if (used.mode !== mode) throw new Error(`gpu.js ran in mode ${used.mode ?? used.name} instead of ${mode}`);
}
