import type { PrimitiveName } from '@renyi/tensor';
import { type GpuBackend, gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import { checkKernelLater } from '../../packages/tensor/src/conformance.testing.js';
import { deviationsAtSpecialValues } from '../../packages/tensor/src/special-values.testing.js';
import { gpuBounds } from '../../packages/tensor/src/gpu/bounds.testing.js';
import { deviationsOfLarge } from '../../packages/tensor/src/gpu/large.testing.js';

const backends = new Map<string, Promise<GpuBackend>>();

/** @param isTiled whether small products are computed as large ones are */
const backendOf = (mode: GpuMode, isTiled: boolean = false): Promise<GpuBackend> => {
  const key = `${mode} ${isTiled}`;
  const backend = backends.get(key) ?? gpuBackend({ mode, ...(isTiled && { smallestTiled: 0 }) });
  backends.set(key, backend);
  return backend;
};

/** What the tests ask of the page. */
export const api = {
  /** What runs the kernels. */
  device: async (mode: GpuMode) => (await backendOf(mode)).device,
  /** What differs at NaN, infinities and zeros. */
  special: async (mode: GpuMode): Promise<string[]> => deviationsAtSpecialValues(await backendOf(mode)),
  /** Which products and convolutions of sizes that are computed in tiles are off. */
  large: async (mode: GpuMode): Promise<string[]> => deviationsOfLarge(await backendOf(mode)),
  /** How a kernel fails conformance; null if it does not. */
  check: async (
    mode: GpuMode,
    name: PrimitiveName,
    runs: number,
    isTiled: boolean,
  ): Promise<string | null> => {
    try {
      await checkKernelLater(await backendOf(mode, isTiled), name, { ...gpuBounds(name), runs });
      return null;
    } catch (error) {
      return String(error instanceof Error ? error.message : error);
    }
  },
};

Object.assign(globalThis, { api });
