import { BackendError } from '../errors.js';
import type { GpuClass, GpuInstance, GpuKernel, GpuLibrary, GpuMode, Handle } from './library.js';
import { argumentTypesOf, functionsOf, type Program, sourceOf, specialValues } from './program.js';
import { Slot } from './slot.js';

/** How often what has happened on a device. */
export interface GpuCounts {
  /** Kernels that were compiled, and the time that took with their first runs, in ms. */
  compiled: number;
  compileMs: number;
  /** Kernels that ran. */
  runs: number;
  uploads: number;
  readbacks: number;
}

/** What runs the kernels. */
export interface GpuDevice {
  readonly mode: GpuMode;
  /** The kernel class of gpu.js that really ran, such as WebGL2Kernel. */
  readonly kernelClass: string;
  /** What the driver calls itself, where it tells. */
  readonly renderer: string;
  /** Whether it is a GPU, as far as the name tells: not the processor, and no software renderer. */
  readonly isHardware: boolean;
}

/** Kernels that are kept compiled; beyond, the one unused for longest goes. */
const largestCache = 1024;

const software = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i;

/** One instance of gpu.js in one mode, its compiled kernels, and what it counts. */
export class Device {
  readonly counts: GpuCounts = { compiled: 0, compileMs: 0, runs: 0, uploads: 0, readbacks: 0 };
  readonly #kernels = new Map<string, GpuKernel>();
  readonly #library: GpuLibrary;
  readonly #gpu: GpuInstance;
  readonly mode: GpuMode;
  /** What gpu.js calls an array that lies on the device. */
  readonly #arrayType: string;
  #upload: GpuKernel | undefined;
  #failure: Error | undefined;
  #platform: Platform | undefined;

  constructor(
    library: GpuLibrary,
    mode: GpuMode,
    options: { readonly canvas?: unknown; readonly context?: unknown },
  ) {
    this.#library = library;
    this.mode = mode;
    this.#gpu = new library.GPU({ mode, ...options });
    this.#arrayType = isHost(mode) ? 'Array' : mode === 'webgpu' ? 'WebGPUBuffer' : 'ArrayTexture(1)';
  }

  /** Runs a first kernel and tells what ran it. @throws BackendError when that is another class of kernel than was asked for */
  async probe(): Promise<GpuDevice> {
    const program: Program = { name: 'probe', body: '  return x0[i] + 1;', operands: ['array'], size: 4 };
    const input = this.upload(Float32Array.of(1, 2, 3, 4));
    const slot = this.run(program, [input]);
    const values = await this.read(slot);
    const { kernel } = this.#kernels.get(keyOf(program, [4])) as GpuKernel;
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
    input.release();
    slot.release();
    const renderer = rendererOf(this.#platform, this.mode);
    const isHardware = !isHost(this.mode) && renderer !== unknown && !software.test(renderer);
    return { mode: this.mode, kernelClass, renderer, isHardware };
  }

  /** Queues a kernel; operands are slots, or numbers where the program says so. */
  run(program: Program, operands: readonly (Slot | number)[]): Slot {
    this.#checkContext(program.name);
    const slots = operands.filter((operand) => operand instanceof Slot);
    const sizes = slots.map(({ size }) => size);
    if (slots.every(({ handle }) => handle !== undefined)) {
      const values = operands.map((operand) => (operand instanceof Slot ? operand.handle : operand));
      return new Slot(this.#call(program, values, sizes), program.size);
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
    const { length } = values;
    if (isHost(this.mode)) return new Slot(values, length);
    this.#upload ??= this.#gpu.createKernel('function (x) { return x[this.thread.x]; }', {
      ...commonSettings,
      functions: [],
      output: [length],
      argumentTypes: ['Input'],
      dynamicOutput: true,
      dynamicArguments: true,
    });
    this.#upload.setOutput([length]);
    return new Slot(this.#upload(this.#library.input(values, [length])), length);
  }

  /** Brings them back. */
  async read(slot: Slot): Promise<Float32Array> {
    this.#checkContext('data');
    this.counts.readbacks += 1;
    slot.hold();
    try {
      const handle = await slot.value;
      const values = handle instanceof Float32Array ? handle : await handle.toArray();
      this.#checkContext('data');
      return Float32Array.from(values);
    } catch (cause) {
      throw asBackendError('data', cause);
    } finally {
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
    const values = handle instanceof Float32Array ? handle : (handle.toArray() as ArrayLike<number>);
    this.#checkContext(operation);
    return Float32Array.from(values);
  }

  async destroy(): Promise<void> {
    this.#failure = new BackendError('gpuBackend', {
      expected: 'a backend in use',
      got: 'one that was destroyed',
    });
    this.#kernels.clear();
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
      return kernel(...values, ...specialValues);
    }
    const start = Date.now();
    kernel = this.#gpu.createKernel(sourceOf(program), {
      ...commonSettings,
      functions: functionsOf(program),
      output: [program.size],
      argumentTypes: argumentTypesOf(program, this.#arrayType),
    });
    if (this.#kernels.size >= largestCache) this.#forgetOldest();
    this.#kernels.set(key, kernel);
    let result: Handle | Promise<Handle>;
    try {
      result = kernel(...values, ...specialValues);
    } catch (cause) {
      throw asBackendError(program.name, cause);
    }
    this.counts.compiled += 1;
    this.counts.compileMs += Date.now() - start;
    return result;
  }

  #forgetOldest(): void {
    const [key, kernel] = this.#kernels.entries().next().value as [string, GpuKernel];
    this.#kernels.delete(key);
    kernel.destroy();
  }

  /** A lost context computes nothing and says nothing: reads would give zeros. */
  #checkContext(operation: string): void {
    if (this.#failure !== undefined) throw this.#failure;
    const platform = this.#platform;
    if (platform?.isContextLost?.() !== true && platform?.isLost !== true) return;
    this.#failure = new BackendError(operation, {
      expected: 'a device that answers',
      got: 'a context that was lost',
      remedy:
        'What was on the GPU is gone: make a new backend, and tensors anew from what you have elsewhere',
    });
    throw this.#failure;
  }
}

const commonSettings = {
  pipeline: true,
  immutable: true,
  precision: 'single',
  // Loops here have literal bounds, which this does not limit; gpu.js stops all others after 1,000 rounds in silence.
  loopMaxIterations: 65_000,
} as const;

/** Whether kernels compute on the processor, on typed arrays. */
export function isHost(mode: GpuMode): boolean {
  return mode === 'webasm' || mode === 'cpu';
}

/** All kernel classes of GL say that their mode is `gpu`. */
function isGl(mode: GpuMode): boolean {
  return mode === 'webgl2' || mode === 'webgl' || mode === 'headlessgl';
}

/** The modes of a library that can be had here, the best first. */
export async function availableModes(GPU: GpuClass, wanted: readonly GpuMode[]): Promise<GpuMode[]> {
  const isThere: Record<GpuMode, () => boolean | Promise<boolean>> = {
    webgpu: () => GPU.isWebGPUAvailable(),
    webgl2: () => GPU.isWebGL2Supported,
    webgl: () => GPU.isWebGLSupported,
    headlessgl: () => GPU.isHeadlessGLSupported,
    webasm: () => 'WebAssembly' in globalThis,
    cpu: () => true,
  };
  const answers = await Promise.all(wanted.map(async (mode) => isThere[mode]()));
  return wanted.filter((_, k) => answers[k]);
}

/** The sizes of the arrays count too: gpu.js takes those of the first call for all. */
function keyOf({ size, operands, body }: Program, sizes: readonly number[]): string {
  return `${size}:${operands.join()}:${sizes.join()}:${body}`;
}

function asBackendError(operation: string, cause: unknown): Error {
  if (cause instanceof BackendError) return cause;
  return new BackendError(
    operation,
    { expected: 'a kernel that runs', got: cause instanceof Error ? cause.message : String(cause) },
    { cause },
  );
}

/** What is asked of a GL context, or of the adapter and device of WebGPU. */
interface Platform {
  readonly RENDERER?: number;
  getParameter?(name: number): unknown;
  getExtension?(name: string): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  isContextLost?(): boolean;
  readonly isLost?: boolean;
  readonly adapter?: { readonly info?: Readonly<Record<string, string>> };
}

const unknown = 'unknown';

function rendererOf(platform: Platform | undefined, mode: GpuMode): string {
  if (isHost(mode)) return 'the processor';
  const { vendor, architecture, device, description } = platform?.adapter?.info ?? {};
  const parts = [vendor, architecture, device, description].filter(
    (part) => part !== undefined && part !== '',
  );
  if (parts.length > 0) return parts.join(' ');
  if (platform?.getParameter === undefined) return unknown;
  const extension = platform.getExtension?.('WEBGL_debug_renderer_info');
  return String(platform.getParameter(extension?.UNMASKED_RENDERER_WEBGL ?? (platform.RENDERER as number)));
}
