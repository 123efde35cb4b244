import { BackendError } from '../errors.js';
import { type GpuClass, type GpuMode, isHost } from './library.js';

/** What runs the kernels. */
export interface GpuDevice {
  readonly mode: GpuMode;
  /** The kernel class of gpu.js that really ran, such as WebGL2Kernel. */
  readonly kernelClass: string;
  /** What the driver calls itself, where it tells. */
  readonly renderer: string;
  /** Whether it is a GPU, as far as the name tells: not the processor, and no software renderer. */
  readonly isHardware: boolean;
  /** As many elements as a tensor can have: no more than an index in float32 tells apart, and than a texture or buffer holds. */
  readonly largestSize: number;
}

/** What is asked of a GL context, or of the adapter and device of WebGPU. */
export interface Platform {
  readonly RENDERER?: number;
  readonly MAX_TEXTURE_SIZE?: number;
  getParameter?(name: number): unknown;
  getExtension?(name: string): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  isContextLost?(): boolean;
  readonly isLost?: boolean;
  readonly adapter?: { readonly info?: Readonly<Record<string, string>> };
  readonly device?: {
    readonly limits: { readonly maxStorageBufferBindingSize: number };
    readonly lost: Promise<unknown>;
  };
}

const software = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i;
const unknown = 'unknown';

/** Up to there an index is exact in float32, in which GL computes indices. */
const exactIndices = 2 ** 24;

export function describe(platform: Platform | undefined, mode: GpuMode, kernelClass: string): GpuDevice {
  const renderer = rendererOf(platform, mode);
  const isHardware = !isHost(mode) && renderer !== unknown && !software.test(renderer);
  return {
    mode,
    kernelClass,
    renderer,
    isHardware,
    largestSize: Math.min(exactIndices, capacityOf(platform)),
  };
}

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

/** How many numbers one texture or buffer holds. */
function capacityOf(platform: Platform | undefined): number {
  if (platform?.device !== undefined) return platform.device.limits.maxStorageBufferBindingSize / 4;
  if (platform?.getParameter === undefined) return Number.POSITIVE_INFINITY;
  return (platform.getParameter(platform.MAX_TEXTURE_SIZE as number) as number) ** 2;
}

/** As long as the side of a texture is used, in texels: up to here, coordinates in float32 hit the middle of one well enough. */
const longestUsed = 8192;

/** How many texels a texture can have on a side; buffers and arrays have no sides. */
export function longestSideOf(platform: Platform | undefined): number {
  if (platform?.getParameter === undefined) return Number.POSITIVE_INFINITY;
  return Math.min(longestUsed, platform.getParameter(platform.MAX_TEXTURE_SIZE as number) as number);
}

/** Whether the context is known to be lost by now. */
export function isLost(platform: Platform | undefined): boolean {
  return platform?.isContextLost?.() === true || platform?.isLost === true;
}

/** How long a device that has refused a read may take to say that it is lost, in ms. */
const patience = 200;

/** Whether it is lost, once something has failed: WebGPU says so a little later than its reads fail. */
export async function turnsOutLost(platform: Platform | undefined): Promise<boolean> {
  if (platform?.device === undefined || isLost(platform)) return isLost(platform);
  const { lost } = platform.device;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patience);
    void lost.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

export function lostError(operation: string): BackendError {
  return new BackendError(operation, {
    expected: 'a device that answers',
    got: 'a context that was lost',
    remedy: 'What was on the GPU is gone: make a new backend, and tensors anew from what you have elsewhere',
  });
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
