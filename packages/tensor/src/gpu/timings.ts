import type { Tensor } from '../tensor.js';
import type { Device } from './device.js';
import type { GpuStorage } from './storage.js';

/** Where the time of some work went, in ms. */
export interface GpuTimings {
  /** Compiling kernels that had not run before, with their first runs. */
  readonly compile: number;
  /** Bringing numbers to the device. */
  readonly upload: number;
  /** Everything else until the device had nothing left to do: queueing kernels and running them. */
  readonly run: number;
  /** Bringing the result back. */
  readonly readback: number;
}

/**
 * Runs `f` on a device that has nothing else to do, waits for it and reads the result. A device does not say when it is done, so a small kernel is
 * read behind the work; how long that takes on an idle device is measured before, and taken off.
 */
export async function measure(device: Device, f: () => Tensor): Promise<GpuTimings> {
  await device.settle();
  const overhead = await timed(() => device.settle());
  const before = { ...device.counts };
  let after = before;
  let result: Tensor | undefined;
  const total = await timed(async () => {
    result = f();
    // In WebGPU mode kernels wait for their operands; what is behind the last of them is behind all.
    if (storageOf(result).values === undefined) await storageOf(result).slot.value;
    after = { ...device.counts };
    await device.settle();
  });
  const [compile, upload] = [after.compileMs - before.compileMs, after.uploadMs - before.uploadMs];
  const readback = await timed(() => (result as Tensor).data());
  return { compile, upload, run: Math.max(0, total - overhead - compile - upload), readback };
}

function storageOf(x: Tensor): GpuStorage {
  return x.storage as GpuStorage;
}

async function timed(f: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await f();
  return performance.now() - start;
}
