import type { Backend, Kernels } from '../backend.js';
import { allocateArray, type DType, type TypedArray } from '../dtype.js';
import { BackendError, ConfigError, DTypeError } from '../errors.js';
import type { Fusion } from '../fusion.js';
import { Layout } from '../layout.js';
import { countMemoryOf, type MemoryUse } from '../memory/memory.js';
import type { PrimitiveName } from '../primitive.js';
import { Tensor } from '../tensor.js';
import { checkDType, Context } from './context.js';
import { Device, type GpuCounts } from './device.js';
import { type GpuMode, isHost, loadLibrary, modes } from './library.js';
import { availableModes, type GpuDevice } from './platform.js';
import type { PoolUse } from './pool.js';
import { alongAxisKernels } from './programs/along-axis.js';
import { convolutionKernels } from './programs/convolution.js';
import { elementwiseKernels } from './programs/elementwise.js';
import { fusion } from './programs/fusion.js';
import { indexingKernels } from './programs/indexing.js';
import { matmulKernels } from './programs/matmul.js';
import { copyTo, rearrangementKernels } from './programs/rearrangements.js';
import { normalizeKernel } from './programs/normalize.js';
import { poolingKernels } from './programs/pooling.js';
import { reductionKernels } from './programs/reductions.js';
import { renyiKernels } from './programs/renyi.js';
import { softmaxKernels } from './programs/softmax.js';
import type { Bounds, GpuHome, GpuStorage } from './storage.js';
import { type GpuTimings, measure } from './timings.js';

export interface GpuBackendOptions {
  /**
   * What to compute with; by default the first of webgl2, webgl, headlessgl and webasm that there is. WebGPU is asked for by name, as its
   * tensors can be read with `await x.data()` alone. webasm and cpu compute on the processor, for tests.
   */
  readonly mode?: GpuMode;
  /** Refuses everything but a GPU: the processor and software renderers. */
  readonly strict?: boolean;
  /** The module gpu.js, or the global GPU of its browser build; imported by default. */
  readonly library?: unknown;
  /** A canvas or GL context to compute in; made by default. */
  readonly canvas?: unknown;
  readonly context?: unknown;
  /** @internal From how many multiplications on products and convolutions compute in tiles. */
  readonly smallestTiled?: number;
}

/** Beyond it, whole numbers are not all float32. */
const largestInteger = 2 ** 24;

/** Kernels through gpu.js, all in float32; int32 and bool are kept in it too, and so are exact up to 2^24. */
class GpuBackend implements Backend {
  readonly name = 'gpu';
  readonly hasFloat64 = false;
  readonly isRemote = true;
  readonly kernels: Partial<Kernels<PrimitiveName>>;
  readonly fusion: Fusion;
  /** What really computes. */
  readonly device: GpuDevice;
  readonly #home: GpuHome;
  readonly #context: Context;

  /** @internal */
  constructor(device: Device, description: GpuDevice, smallestTiled?: number) {
    this.device = description;
    this.#home = { backend: this, device, use: { tensors: 0, bytes: 0 } };
    const context = new Context(this.#home, smallestTiled);
    this.#context = context;
    this.kernels = {
      ...elementwiseKernels(context),
      ...reductionKernels(context),
      ...alongAxisKernels(context),
      ...rearrangementKernels(context),
      ...indexingKernels(context),
      ...matmulKernels(context),
      ...convolutionKernels(context),
      ...poolingKernels(context),
      normalize: normalizeKernel(context),
      ...softmaxKernels(context),
      ...renyiKernels(context),
    };
    this.fusion = fusion(context);
    countMemoryOf(this);
  }

  /** How many kernels were compiled and ran, and what went to the device and came back, since the backend was made. */
  get counts(): Readonly<GpuCounts> {
    return { ...this.#home.device.counts };
  }

  /** The textures or buffers on the device: those that tensors have, and those that wait to be used again. */
  get pool(): PoolUse {
    return this.#home.device.pool;
  }

  upload(values: ArrayLike<number>, layout: Layout, dtype: DType): Tensor {
    checkDType('tensor', dtype);
    this.#context.checkSize('tensor', layout);
    const bounds = dtype === 'int32' ? boundsOf(values) : undefined;
    // Zeros and their like are one number, read with strides of 0: nothing is brought to the device.
    if (layout.size > 1 && isConstant(values)) {
      const one = this.#context.wrap(Float32Array.of(values[0] as number), scalarLayout, dtype, bounds);
      return new Tensor(
        new Layout(
          layout.shape,
          layout.shape.map(() => 0),
        ),
        dtype,
        one.storage,
        0,
        null,
      );
    }
    return this.#context.wrap(Float32Array.from(values), layout, dtype, bounds);
  }

  /** One number may be float64: it is never computed with, but it can tell a kernel something, such as an order. */
  scalar(value: number, dtype: DType): Tensor {
    return this.#context.number(value, dtype);
  }

  async read(x: Tensor): Promise<TypedArray> {
    const { values } = x.storage as GpuStorage;
    if (values !== undefined) return pick(values, x);
    const source = this.#ordered(x);
    return finish(await this.#home.device.read((source.storage as GpuStorage).slot), source);
  }

  /** @throws BackendError in WebGPU mode */
  readSync(x: Tensor): TypedArray {
    const { values } = x.storage as GpuStorage;
    if (values !== undefined) return pick(values, x);
    const source = this.#ordered(x);
    return finish(this.#home.device.readSync('dataSync', (source.storage as GpuStorage).slot), source);
  }

  /**
   * Where the time goes when `f` computes a tensor of this backend: compiling, uploading, running and reading back, each apart. What `f` makes
   * belongs to the scope around the call, if there is one.
   *
   * `const { run, readback } = await gpu.measure(() => matmul(a, b))`
   */
  measure(f: () => Tensor): Promise<GpuTimings> {
    return measure(this.#home.device, f);
  }

  memory(): MemoryUse {
    return { ...this.#home.use };
  }

  /** Gives the device back; what was on it is gone. */
  async destroy(): Promise<void> {
    await this.#home.device.destroy();
  }

  /** The tensor in row-major order from the start of its storage. */
  #ordered(x: Tensor): Tensor {
    if (x.layout.isContiguous) return x;
    return copyTo(this.#context, x, Layout.contiguous(x.shape));
  }
}

export type { GpuBackend };

/**
 * A backend that computes through gpu.js: `setDefaultBackend(await gpuBackend())`, or `x.to(gpu)`.
 *
 * gpu.js chooses the processor in silence where there is no GPU; this asks which kernel class has run, says so in `device`, and with `strict`
 * refuses what is no GPU.
 * @throws BackendError when gpu.js is not there, has no such mode here, or ran something else; with `strict`, also when it runs in software
 * @throws ConfigError for an option that there is not
 */
export async function gpuBackend(options: GpuBackendOptions = {}): Promise<GpuBackend> {
  const { mode, strict = false, library, canvas, context, smallestTiled } = options;
  if (mode !== undefined && !modes.includes(mode)) {
    throw new ConfigError('gpuBackend', { expected: `mode ${modes.join(', ')}`, got: String(mode) });
  }
  const gpujs = await loadLibrary(library);
  const possible = mode === undefined ? (['webgl2', 'webgl', 'headlessgl', 'webasm'] as const) : [mode];
  const wanted = strict ? possible.filter((m) => !isHost(m)) : possible;
  const [first] = await availableModes(gpujs.GPU, wanted);
  if (first === undefined) {
    throw new BackendError('gpuBackend', {
      expected:
        wanted.length > 0 ? `a platform with ${wanted.join(' or ')}` : 'a mode of a GPU, as strict asks for',
      got: wanted.length > 0 ? 'one without' : String(mode),
      remedy:
        mode === 'webgpu'
          ? 'In a browser, WebGPU must be enabled; in Node, install the package webgpu and set navigator.gpu'
          : 'In a browser, enable hardware acceleration; in Node, install headless GL, or use mode webasm for tests',
    });
  }
  const device = new Device(gpujs, first, {
    ...(canvas !== undefined && { canvas }),
    ...(context !== undefined && { context }),
  });
  const description = await device.probe();
  if (strict && !description.isHardware) {
    await device.destroy();
    throw new BackendError('gpuBackend', {
      expected: 'a GPU, as strict asks for',
      got: `${description.kernelClass} on ${description.renderer}`,
      remedy: 'Leave strict out to compute in software',
    });
  }
  return new GpuBackend(device, description, smallestTiled);
}

const scalarLayout = Layout.contiguous([]);

function isConstant(values: ArrayLike<number>): boolean {
  for (let k = 1; k < values.length; k++) if (!Object.is(values[k], values[0])) return false;
  return true;
}

/** @throws DTypeError for a whole number that is not exact in float32 */
function boundsOf(values: ArrayLike<number>): Bounds {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < values.length; k++) {
    low = Math.min(low, values[k] as number);
    high = Math.max(high, values[k] as number);
  }
  if (low < -largestInteger || high > largestInteger) {
    throw new DTypeError('tensor', {
      expected: `int32 from ${-largestInteger} to ${largestInteger} on the gpu backend, which keeps it in float32`,
      got: String(low < -largestInteger ? low : high),
    });
  }
  return { low, high };
}

/** Elements that never left. */
function pick(values: Float32Array, { layout: { shape, strides }, offset, dtype, size }: Tensor): TypedArray {
  const out = allocateArray(dtype, size);
  let next = 0;
  const walk = (axis: number, at: number): void => {
    if (axis === shape.length) {
      out[next++] = values[at] as number;
      return;
    }
    for (let k = 0; k < (shape[axis] as number); k++) walk(axis + 1, at + k * (strides[axis] as number));
  };
  if (size > 0) walk(0, offset);
  return out;
}

function finish(values: Float32Array, { offset, size, dtype }: Tensor): TypedArray {
  const out = allocateArray(dtype, size);
  out.set(values.subarray(offset, offset + size));
  return out;
}
