/**
 * The gpu backend: kernels through gpu.js, which is an optional peer.
 * @packageDocumentation
 */
export { type GpuBackend, type GpuBackendOptions, gpuBackend } from './gpu/backend.js';
export type { GpuCounts, GpuDevice } from './gpu/device.js';
export type { GpuMode } from './gpu/library.js';
