import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { GpuMode } from '@renyi/tensor/gpu';

/** What of the package webgpu is used here. */
interface WebGpu {
  readonly globals: object;
  readonly create: (options: readonly string[]) => unknown;
}

/** gpu.js as it is installed in the folder in-node/<mode>, after what it wants to find was put there. */
export async function libraryOf(mode: GpuMode): Promise<unknown> {
  const require = createRequire(new URL(`../../in-node/${mode}/package.json`, import.meta.url));
  if (mode === 'webgpu') {
    const { create, globals } = (await import(pathToFileURL(require.resolve('webgpu')).href)) as WebGpu;
    Object.assign(globalThis, globals);
    // An object of the driver, which must outlive all that it has made.
    const value = { gpu: create([]) };
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
  }
  return require('gpu.js');
}
