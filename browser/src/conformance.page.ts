import type { PrimitiveName } from '@renyi/tensor';
import { type GpuBackend, gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import { checkKernelLater } from '../../packages/tensor/src/conformance.testing.js';
import { deviationsAtSpecialValues } from '../../packages/tensor/src/special-values.testing.js';
import { gpuBounds } from '../../packages/tensor/src/gpu/bounds.testing.js';

const backends = new Map<GpuMode, Promise<GpuBackend>>();

const backendOf = (mode: GpuMode): Promise<GpuBackend> => {
  const backend = backends.get(mode) ?? gpuBackend({ mode });
  backends.set(mode, backend);
  return backend;
};

/** What the tests ask of the page. */
export const api = {
  /** What runs the kernels. */
  device: async (mode: GpuMode) => (await backendOf(mode)).device,
  /** What differs at NaN, infinities and zeros. */
  special: async (mode: GpuMode): Promise<string[]> => deviationsAtSpecialValues(await backendOf(mode)),
  /** How a kernel fails conformance; null if it does not. */
  check: async (mode: GpuMode, name: PrimitiveName, runs: number): Promise<string | null> => {
    try {
      await checkKernelLater(await backendOf(mode), name, { ...gpuBounds(name), runs });
      return null;
    } catch (error) {
      return String(error instanceof Error ? error.message : error);
    }
  },
};

Object.assign(globalThis, { api });
