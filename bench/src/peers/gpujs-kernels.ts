import * as gpujs from 'gpu.js';
import type { Data, Tasks } from './task.js';

/** The module itself; the build for browsers has everything on its default export. */
export const library: typeof gpujs =
  'GPU' in gpujs ? gpujs : (gpujs as unknown as { readonly default: typeof gpujs }).default;

/** How raw gpu.js computes: a processor's modes, or those of a browser. */
export type RawMode = 'cpu' | 'webasm' | 'webgl2' | 'webgpu';

/*
 * Kernels are text, because gpu.js reads the source of a function, which coverage tools and minifiers change. Loops are bounded by
 * a constant: with a bound that is no constant, gpu.js stops after 1000 turns without a word.
 */

/** A matrix product as its own README has it, here on flat arrays, which need not be flattened on every call. */
const product = `function (a, b) {
  const row = Math.floor(this.thread.x / this.constants.n);
  const column = this.thread.x - row * this.constants.n;
  let sum = 0;
  for (let i = 0; i < this.constants.n; i++) sum += a[row * this.constants.n + i] * b[i * this.constants.n + column];
  return sum;
}`;

const elementwise: Readonly<Record<Tasks['elementwise']['operation'], string>> = {
  add: 'function (x, y) { return x[this.thread.x] + y[this.thread.x]; }',
  exp: 'function (x, y) { return Math.exp(x[this.thread.x]); }',
  tanh: 'function (x, y) { return Math.tanh(x[this.thread.x]); }',
  chain: 'function (x, y) { return Math.max(x[this.thread.x] * y[this.thread.x] + x[this.thread.x], 0); }',
};

/** A kernel of two flat arrays. */
export interface Raw {
  readonly source: string;
  readonly size: number;
  readonly constants: Readonly<Record<string, number>>;
}

export function productOf(n: number): Raw {
  return { source: product, size: n * n, constants: { n } };
}

export function elementwiseOf(operation: Tasks['elementwise']['operation'], size: number): Raw {
  return { source: elementwise[operation], size, constants: { n: size } };
}

/** Filters of 3 x 3 with one zero around, each with loops of its own. */
const convolution = `function (x, w) {
  const plane = this.constants.height * this.constants.width;
  const map = Math.floor(this.thread.x / plane);
  const place = this.thread.x - map * plane;
  const image = Math.floor(map / this.constants.filters);
  const filter = map - image * this.constants.filters;
  const row = Math.floor(place / this.constants.width);
  const column = place - row * this.constants.width;
  let sum = 0;
  for (let c = 0; c < this.constants.channels; c++) {
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const y = row + i - 1;
        const z = column + j - 1;
        if (y >= 0 && y < this.constants.height && z >= 0 && z < this.constants.width) {
          sum += x[(image * this.constants.channels + c) * plane + y * this.constants.width + z] * w[(filter * this.constants.channels + c) * 9 + i * 3 + j];
        }
      }
    }
  }
  return sum;
}`;

/** x [batch, channels, height, width] with filters [filters, channels, 3, 3]. */
export function convolutionOf(x: Data, weight: Data): Raw {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const filters = weight.shape[0] as number;
  return {
    source: convolution,
    size: batch * filters * height * width,
    constants: { channels, filters, height, width },
  };
}

/** What lies on the device, or is promised to: a texture, a buffer, or an array where the processor computes. */
export type OnDevice = Float32Array | { toArray(): ArrayLike<number> | Promise<ArrayLike<number>> };

/** One instance of gpu.js, and what it makes. */
export interface RawDevice {
  /** A kernel whose results come back at once. */
  kernel(raw: Raw): (a: unknown, b: unknown) => Float32Array | Promise<Float32Array>;
  /** One whose results stay on the device. */
  pipeline(raw: Raw): (...operands: unknown[]) => OnDevice | Promise<OnDevice>;
  /** An array as an argument of kernels. */
  input(values: Float32Array): unknown;
  close(): Promise<void>;
}

/** @throws Error when gpu.js takes another mode than was asked for: then its time would stand under the wrong name */
export function rawDevice(mode: RawMode): RawDevice {
  const { GPU, Input } = library;
  // Its types know neither of its newer modes nor typed arrays.
  const gpu = new GPU({ mode } as unknown as ConstructorParameters<typeof GPU>[0]);
  const make = ({ source, size, constants }: Raw, pipeline: boolean): gpujs.IKernelRunShortcut =>
    gpu.createKernel(source, {
      output: [size],
      constants,
      precision: 'single',
      pipeline,
      immutable: pipeline,
    });
  const checked =
    <R>(kernel: gpujs.IKernelRunShortcut) =>
    (...operands: unknown[]): R => {
      const result = (kernel as unknown as (...xs: unknown[]) => R)(...operands);
      requireMode(kernel, mode);
      return result;
    };
  return {
    kernel: (raw) => checked(make(raw, false)),
    pipeline: (raw) => checked(make(raw, true)),
    input: (values) => new Input(values as unknown as number[], [values.length]),
    close: async () => {
      await (gpu.destroy() as Promise<void> | undefined);
    },
  };
}

function requireMode(kernel: gpujs.IKernelRunShortcut, mode: RawMode): void {
  const { constructor: used } = (
    kernel as unknown as { kernel: { constructor: { mode?: string; name: string } } }
  ).kernel;
  // All kernel classes of GL say that their mode is `gpu`.
  const wanted = mode === 'webgl2' ? 'gpu' : mode;
  if (used.mode !== wanted)
    throw new Error(`gpu.js ran in mode ${used.mode ?? used.name} instead of ${mode}`);
}
