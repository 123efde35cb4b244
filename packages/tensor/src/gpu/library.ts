import { BackendError } from '../errors.js';
import type { NativeFunction } from './glsl.js';

/** The kinds of kernel that gpu.js 2.24 has, the last two for tests on machines without a GPU. */
export const modes = ['webgpu', 'webgl2', 'webgl', 'headlessgl', 'webasm', 'cpu'] as const;
export type GpuMode = (typeof modes)[number];

/** Whether kernels compute on the processor, on typed arrays. */
export function isHost(mode: GpuMode): boolean {
  return mode === 'webasm' || mode === 'cpu';
}

/** All kernel classes of GL say that their mode is `gpu`. */
export function isGl(mode: GpuMode): boolean {
  return mode === 'webgl2' || mode === 'webgl' || mode === 'headlessgl';
}

/** What a kernel takes and leaves on the device: a texture, a WebGPU buffer, or a typed array where there is no device. */
export type Handle = Float32Array | DeviceHandle;

export interface DeviceHandle {
  readonly type: string;
  toArray(): ArrayLike<number> | Promise<ArrayLike<number>>;
  delete(): void;
}

/** A function that gpu.js has made from a kernel's source. */
export interface GpuKernel {
  (...values: readonly unknown[]): Handle | Promise<Handle>;
  setOutput(output: readonly number[]): GpuKernel;
  destroy(removeCanvasReferences?: boolean): void;
  readonly kernel: {
    readonly constructor: { readonly name: string; readonly mode: string };
    readonly fallbackReason?: string | null;
    readonly returnType?: string | null;
  };
}

export interface GpuKernelSettings {
  readonly output: readonly number[];
  readonly argumentTypes: readonly string[];
  readonly functions: readonly { readonly source: string; readonly settings: object }[];
  readonly nativeFunctions?: readonly NativeFunction[];
  readonly returnType?: 'Array(4)';
  readonly pipeline: boolean;
  readonly immutable: boolean;
  readonly precision: 'single';
  readonly tactic: 'precision';
  readonly loopMaxIterations: number;
}

export interface GpuInstance {
  createKernel(source: string, settings: GpuKernelSettings): GpuKernel;
  destroy(): Promise<void> | void;
  readonly context?: unknown;
}

/** The class `GPU` of gpu.js, as far as it is used here. */
export interface GpuClass {
  new (options: {
    readonly mode: GpuMode;
    readonly canvas?: unknown;
    readonly context?: unknown;
  }): GpuInstance;
  readonly isWebGL2Supported: boolean;
  readonly isWebGLSupported: boolean;
  readonly isHeadlessGLSupported: boolean;
  isWebGPUAvailable(): Promise<boolean>;
}

/** What is used of the module `gpu.js`. */
export interface GpuLibrary {
  readonly GPU: GpuClass;
}

/**
 * gpu.js as it was given (the module, or the global of its browser build), or imported.
 * @throws BackendError when it is not installed
 */
export async function loadLibrary(given: unknown): Promise<GpuLibrary> {
  let found = given;
  if (found === undefined) {
    try {
      found = await import('gpu.js');
    } catch (cause) {
      throw new BackendError(
        'gpuBackend',
        {
          expected: 'the package gpu.js (2.19 or later)',
          got: 'none that can be imported',
          remedy: 'Install it, `npm install gpu.js`, or give its module as the option `library`',
        },
        { cause },
      );
    }
  }
  const library = asLibrary(found) ?? asLibrary((found as { default?: unknown }).default);
  if (library === undefined) {
    throw new BackendError('gpuBackend', {
      expected: 'the module gpu.js as `library`, with the class GPU',
      got: typeof found,
    });
  }
  return library;
}

function asLibrary(found: unknown): GpuLibrary | undefined {
  const { GPU } = (found ?? {}) as { GPU?: GpuClass };
  return typeof GPU === 'function' ? { GPU } : undefined;
}
