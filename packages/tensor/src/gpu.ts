/**
 * The gpu backend: kernels through gpu.js, which is an optional peer.
 * @packageDocumentation
 */
export { type GpuBackend, type GpuBackendOptions, gpuBackend } from './gpu/backend.js';
export type { GpuCounts } from './gpu/device.js';
export type { GpuDevice } from './gpu/platform.js';
export type { PoolUse } from './gpu/pool.js';
export type { GpuMode } from './gpu/library.js';
export type { GpuTimings } from './gpu/timings.js';
