import { BackendError } from '../errors.js';
import { BufferRecycler } from './buffer-recycler.js';
import { type Sampler, type TextureSize, textureSizeOf } from './glsl.js';
import {
  type GpuInstance,
  type GpuKernel,
  type GpuLibrary,
  type GpuMode,
  type Handle,
  isGl,
  isHost,
} from './library.js';
import {
  describe,
  type GpuDevice,
  isLost,
  longestSideOf,
  lostError,
  type Platform,
  turnsOutLost,
} from './platform.js';
import type { PoolUse } from './pool.js';
import {
  argumentTypesOf,
  type ArrayTypes,
  functionsOf,
  type Program,
  sourceOf,
  specialValues,
  type Textures,
} from './program.js';
import { hostRecycler, type Recycler } from './recycling.js';
import { Slot } from './slot.js';
import { TextureRecycler } from './texture-recycler.js';

/** How often what has happened on a device, and how long that took here, in ms. */
export interface GpuCounts {
  /** Kernels that were compiled, with their first runs. */
  compiled: number;
  compileMs: number;
  /** Kernels that ran. */
  runs: number;
  uploads: number;
  uploadMs: number;
  /** Reads, with the time for which they waited for kernels before them. */
  readbacks: number;
  readbackMs: number;
}

/** Kernels that are kept compiled; beyond, the one unused for longest goes. */
const largestCache = 1024;

/** One instance of gpu.js in one mode, its compiled kernels, and what it counts. */
export class Device {
  readonly counts: GpuCounts = {
    compiled: 0,
    compileMs: 0,
    runs: 0,
    uploads: 0,
    uploadMs: 0,
    readbacks: 0,
    readbackMs: 0,
  };
  readonly #kernels = new Map<string, GpuKernel>();
  readonly #gpu: GpuInstance;
  readonly mode: GpuMode;
  readonly #arrayTypes: ArrayTypes;
  readonly #sampler: Sampler | undefined;
  readonly #recycler: Recycler;
  #failure: Error | undefined;
  #platform: Platform | undefined;
  #description: GpuDevice | undefined;
  #longestSide = 1;

  constructor(
    library: GpuLibrary,
    mode: GpuMode,
    options: { readonly canvas?: unknown; readonly context?: unknown },
  ) {
    this.mode = mode;
    this.#gpu = new library.GPU({ mode, ...options });
    this.#arrayTypes = arrayTypesOf(mode);
    this.#sampler = isGl(mode) ? (mode === 'webgl2' ? 'texture' : 'texture2D') : undefined;
    this.#recycler = isHost(mode)
      ? hostRecycler
      : mode === 'webgpu'
        ? new BufferRecycler()
        : new TextureRecycler();
  }

  /** Runs a first kernel and tells what ran it. @throws BackendError when that is another class of kernel than was asked for */
  async probe(): Promise<GpuDevice> {
    const slot = this.run(probe, []);
    const values = await this.read(slot);
    const { kernel } = this.#kernels.get(keyOf(probe, [])) as GpuKernel;
    const { name: kernelClass, mode } = kernel.constructor;
    if (mode !== (isGl(this.mode) ? 'gpu' : this.mode) || kernel.fallbackReason) {
      throw new BackendError('gpuBackend', {
        expected: `kernels in mode ${this.mode}`,
        got: `${kernelClass}, mode ${mode}`,
        ...(kernel.fallbackReason ? { difference: kernel.fallbackReason } : {}),
      });
    }
    if (values.join() !== '2,3,4,5') {
      throw new BackendError('gpuBackend', { expected: '2,3,4,5 from a first kernel', got: values.join() });
    }
    // A handle knows its device: that of WebGPU is made with the first kernel.
    this.#platform = ((slot.handle as { context?: unknown }).context ?? this.#gpu.context) as
      | Platform
      | undefined;
    slot.release();
    this.#longestSide = longestSideOf(this.#platform);
    this.#description = describe(this.#platform, this.mode, kernelClass);
    return this.#description;
  }

  /** What runs the kernels, once it was probed. */
  get description(): GpuDevice | undefined {
    return this.#description;
  }

  /** Waits until everything that was queued has run: a small kernel behind it is read. */
  async settle(): Promise<void> {
    const slot = this.run(probe, []);
    await this.read(slot);
    slot.release();
  }

  /** How many texels a texture can have on a side, once the device was probed. */
  get longestSide(): number {
    return this.#longestSide;
  }

  /** The textures or buffers that there are. */
  get pool(): PoolUse {
    return this.#recycler.use;
  }

  /** Queues a kernel; operands are slots, or numbers where the program says so. */
  run(program: Program, operands: readonly (Slot | number)[]): Slot {
    this.#checkContext(program.name);
    const slots = operands.filter((operand) => operand instanceof Slot);
    const sizes = slots.map(({ size }) => size);
    if (slots.every(({ handle }) => handle !== undefined)) {
      const values = operands.map((operand) => (operand instanceof Slot ? operand.handle : operand));
      const result = this.#call(program, values, sizes);
      // A kernel that is still being compiled has not read them yet.
      if (result instanceof Promise) {
        for (const slot of slots) slot.hold();
        const letGo = (): void => {
          for (const slot of slots) slot.letGo();
        };
        result.then(letGo, letGo);
      }
      return new Slot(result, program.size);
    }
    for (const slot of slots) slot.hold();
    const result = Promise.all(
      operands.map(async (operand) => (operand instanceof Slot ? operand.value : operand)),
    )
      .then((values) => this.#call(program, values, sizes))
      .finally(() => {
        for (const slot of slots) slot.letGo();
      });
    return new Slot(result, program.size);
  }

  /** Brings numbers to the device. */
  upload(values: Float32Array): Slot {
    this.#checkContext('upload');
    this.counts.uploads += 1;
    const start = performance.now();
    const handle = this.#recycler.upload('upload', values);
    this.counts.uploadMs += performance.now() - start;
    return new Slot(handle, values.length);
  }

  /** Brings them back; where the processor computes, they are still those of the slot. */
  async read(slot: Slot): Promise<Float32Array> {
    this.#checkContext('data');
    this.counts.readbacks += 1;
    const start = performance.now();
    slot.hold();
    try {
      const handle = await slot.value;
      const values = handle instanceof Float32Array ? handle : await this.#recycler.read(handle);
      this.#checkContext('data');
      return numbersOf(values, slot);
    } catch (cause) {
      if (await turnsOutLost(this.#platform)) this.#failure ??= lostError('data');
      this.#checkContext('data');
      throw asBackendError('data', cause);
    } finally {
      this.counts.readbackMs += performance.now() - start;
      slot.letGo();
    }
  }

  /** The same at once. @throws BackendError in WebGPU mode, which cannot */
  readSync(operation: string, slot: Slot): Float32Array {
    const { handle } = slot;
    if (this.mode === 'webgpu' || handle === undefined) {
      throw new BackendError(operation, {
        expected: 'a backend that can be read at once',
        got: 'WebGPU, which answers later',
        remedy: 'Use await x.data()',
      });
    }
    this.#checkContext(operation);
    this.counts.readbacks += 1;
    const start = performance.now();
    const values =
      handle instanceof Float32Array ? handle : (this.#recycler.read(handle) as ArrayLike<number>);
    this.#checkContext(operation);
    this.counts.readbackMs += performance.now() - start;
    return numbersOf(values, slot);
  }

  async destroy(): Promise<void> {
    this.#failure = new BackendError('gpuBackend', {
      expected: 'a backend in use',
      got: 'one that was destroyed',
    });
    this.#kernels.clear();
    this.#recycler.close();
    await this.#gpu.destroy();
  }

  #call(program: Program, values: readonly unknown[], sizes: readonly number[]): Handle | Promise<Handle> {
    const key = keyOf(program, sizes);
    let kernel = this.#kernels.get(key);
    this.counts.runs += 1;
    if (kernel !== undefined) {
      // A Map remembers the order of insertion: the first key is the one unused for longest.
      this.#kernels.delete(key);
      this.#kernels.set(key, kernel);
      return this.#started(program.name, kernel, [...values, ...specialValues]);
    }
    const start = performance.now();
    const textures = this.#texturesOf(program, values);
    const { text, nativeFunctions } = sourceOf(program, textures);
    kernel = this.#gpu.createKernel(text, {
      ...commonSettings,
      functions: functionsOf(program, textures),
      nativeFunctions,
      argumentTypes: argumentTypesOf(program, this.#arrayTypes),
      output: this.#outputOf(program),
      ...(program.grid !== undefined && { returnType: 'Array(4)' }),
    });
    this.#recycler.prepare(program.name, kernel);
    if (this.#kernels.size >= largestCache) this.#forgetOldest();
    this.#kernels.set(key, kernel);
    const result = this.#started(program.name, kernel, [...values, ...specialValues]);
    this.#countCompilation(start, result);
    return result;
  }

  /** How results lie in what a kernel makes. */
  #outputOf({ grid, size }: Program): readonly number[] {
    return grid ?? (this.#sampler === undefined ? [size] : textureSizeOf(size));
  }

  #texturesOf(program: Program, values: readonly unknown[]): Textures | undefined {
    if (this.#sampler === undefined) return undefined;
    const sizes = values.map((value) => (value as { readonly size?: TextureSize }).size);
    return { sampler: this.#sampler, width: this.#outputOf(program)[0] as number, sizes };
  }

  #started(operation: string, kernel: GpuKernel, values: readonly unknown[]): Handle | Promise<Handle> {
    try {
      return this.#recycler.finish(operation, kernel, kernel(...values));
    } catch (cause) {
      this.#checkContext(operation);
      throw asBackendError(operation, cause);
    }
  }

  #countCompilation(start: number, result: Handle | Promise<Handle>): void {
    this.counts.compiled += 1;
    const count = (): void => {
      this.counts.compileMs += performance.now() - start;
    };
    if (result instanceof Promise) void result.then(count, () => undefined);
    else count();
  }

  #forgetOldest(): void {
    const [key, kernel] = this.#kernels.entries().next().value as [string, GpuKernel];
    this.#kernels.delete(key);
    kernel.destroy();
  }

  /** A lost context computes nothing and says nothing: reads would give zeros. */
  #checkContext(operation: string): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (!isLost(this.#platform)) return;
    this.#failure = lostError(operation);
    throw this.#failure;
  }
}

const probe: Program = {
  name: 'probe',
  key: 'probe',
  body: () => '  return i + 2;',
  operands: [],
  size: 4,
};

const commonSettings = {
  pipeline: true,
  immutable: true,
  precision: 'single',
  // Otherwise gpu.js takes fewer bits for small results where a GPU has them.
  tactic: 'precision',
  // Loops here have literal bounds, which this does not limit; gpu.js stops all others after 1,000 rounds in silence.
  loopMaxIterations: 65_000,
} as const;

/** What gpu.js calls arrays that lie on the device. */
function arrayTypesOf(mode: GpuMode): ArrayTypes {
  if (isGl(mode)) return { array: 'ArrayTexture(1)', packed: 'ArrayTexture(4)' };
  const array = isHost(mode) ? 'Array' : 'WebGPUBuffer';
  return { array, packed: array };
}

/** Textures have room for more. */
function numbersOf(values: ArrayLike<number>, { size }: Slot): Float32Array {
  return (values instanceof Float32Array ? values : Float32Array.from(values)).subarray(0, size);
}

/** The sizes of the arrays count too: gpu.js takes those of the first call for all. */
function keyOf({ size, operands, key }: Program, sizes: readonly number[]): string {
  return `${size}:${operands.join()}:${sizes.join()}:${key}`;
}

function asBackendError(operation: string, cause: unknown): Error {
  if (cause instanceof BackendError) return cause;
  return new BackendError(
    operation,
    { expected: 'a kernel that runs', got: cause instanceof Error ? cause.message : String(cause) },
    { cause },
  );
}
