import type { DeviceHandle, GpuKernel, Handle } from './library.js';
import { Pool, type PoolUse } from './pool.js';
import { type Counted, idleLimit, outOfMemory, type Recycler } from './recycling.js';

interface GpuBuffer extends Counted {
  readonly size: number;
  destroy(): void;
}

interface WebGpuKernel {
  outputBuffer: GpuBuffer | null;
  bindGroupDirty: boolean;
  readonly threadDim: readonly number[];
  readonly _device?: GpuErrorScopes;
  _ensureOutputBuffer(): void;
  _runInternal(snapshot: unknown): Promise<Handle>;
}

interface GpuErrorScopes {
  pushErrorScope(filter: 'out-of-memory'): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
}

/** For the kernels of WebGPU. */
export class BufferRecycler implements Recycler {
  readonly #destroy = new WeakMap<GpuBuffer, () => void>();
  readonly #failures = new WeakMap<GpuBuffer, Promise<{ readonly message: string } | null>>();
  readonly #pool = new Pool<GpuBuffer>((buffer) => this.#destroy.get(buffer)?.(), idleLimit);

  get use(): PoolUse {
    return this.#pool.use;
  }

  prepare(operation: string, { kernel }: GpuKernel): void {
    const own = kernel as unknown as WebGpuKernel;
    const make = own._ensureOutputBuffer.bind(own);
    own._ensureOutputBuffer = () => {
      if (own.outputBuffer !== null) return;
      const bytes = own.threadDim.reduce((product, extent) => product * extent, 4);
      const kind = String(bytes);
      own.outputBuffer = this.#pool.take(kind) ?? null;
      if (own.outputBuffer === null) {
        const device = own._device as GpuErrorScopes;
        device.pushErrorScope('out-of-memory');
        make();
        this.#adopt(own.outputBuffer as unknown as GpuBuffer, kind, bytes, device.popErrorScope());
      }
      (own.outputBuffer as unknown as GpuBuffer)._refs = 0;
      own.bindGroupDirty = true;
    };
    const run = own._runInternal.bind(own);
    own._runInternal = (snapshot) => {
      const result = run(snapshot);
      const buffer = own.outputBuffer as GpuBuffer;
      own.outputBuffer = null;
      const failure = this.#failures.get(buffer);
      this.#failures.delete(buffer);
      return failure === undefined ? result : this.#checked(operation, result, failure);
    };
  }

  finish(_operation: string, _kernel: GpuKernel, result: Handle | Promise<Handle>): Handle | Promise<Handle> {
    return result;
  }

  read(handle: DeviceHandle): ArrayLike<number> | Promise<ArrayLike<number>> {
    return handle.toArray();
  }

  async #checked(
    operation: string,
    result: Promise<Handle>,
    failure: Promise<{ readonly message: string } | null>,
  ): Promise<Handle> {
    const [handle, found] = [await result, await failure];
    if (found === null) return handle;
    (handle as { delete(): void }).delete();
    this.#pool.shrink(0);
    throw outOfMemory(operation, found.message);
  }

  close(): void {
    this.#pool.close();
  }

  #adopt(
    buffer: GpuBuffer,
    kind: string,
    bytes: number,
    failure: Promise<{ readonly message: string } | null>,
  ): void {
    this.#destroy.set(buffer, buffer.destroy.bind(buffer));
    this.#failures.set(buffer, failure);
    this.#pool.adopt(buffer, kind, bytes);
    buffer.destroy = () => this.#pool.give(buffer);
  }
}
