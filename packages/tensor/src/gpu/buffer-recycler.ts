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
  /** How many numbers a thread computes. */
  readonly componentCount: number;
  readonly _device?: WebGpuDevice;
  _ensureOutputBuffer(): void;
  _runInternal(snapshot: unknown): Promise<Handle>;
}

type Failure = Promise<{ readonly message: string } | null>;

interface WebGpuDevice {
  readonly queue: { writeBuffer(buffer: GpuBuffer, offset: number, values: Float32Array): void };
  createBuffer(description: { readonly size: number; readonly usage: number }): GpuBuffer;
  pushErrorScope(filter: 'out-of-memory'): void;
  popErrorScope(): Failure;
}

/** GPUBufferUsage: kernels read and write it, and it is copied from and to. */
const usage = 0x80 | 0x04 | 0x08;

interface BufferHandleSettings {
  readonly buffer: GpuBuffer;
  readonly output: readonly number[];
  readonly componentCount: number;
  readonly context: object;
  readonly kernel: object;
}

/** A handle of a buffer. */
interface BufferHandle {
  output: readonly number[];
  componentCount: number;
  readonly context: object;
  readonly kernel: object;
  delete(): void;
}

/** What handles are made with. */
interface Model {
  readonly device: WebGpuDevice;
  readonly Handle: new (settings: BufferHandleSettings) => BufferHandle;
  readonly context: object;
  readonly kernel: object;
}

/** For the kernels of WebGPU. */
export class BufferRecycler implements Recycler {
  readonly #destroy = new WeakMap<GpuBuffer, () => void>();
  readonly #failures = new WeakMap<GpuBuffer, Failure>();
  readonly #pool = new Pool<GpuBuffer>((buffer) => this.#destroy.get(buffer)?.(), idleLimit);
  #model: Model | undefined;

  get use(): PoolUse {
    return this.#pool.use;
  }

  prepare(operation: string, { kernel }: GpuKernel): void {
    const own = kernel as unknown as WebGpuKernel;
    own._ensureOutputBuffer = () => {
      if (own.outputBuffer !== null) return;
      const bytes = own.threadDim.reduce((product, extent) => product * extent, 4 * own.componentCount);
      own.outputBuffer = this.#take(own._device as WebGpuDevice, bytes);
      own.bindGroupDirty = true;
    };
    const run = own._runInternal.bind(own);
    own._runInternal = (snapshot) => {
      const result = run(snapshot).then((handle) => this.#arrived(own, handle));
      const buffer = own.outputBuffer as GpuBuffer;
      own.outputBuffer = null;
      return this.#checked(operation, buffer, result);
    };
  }

  /** From the pool, or a new one. */
  #take(device: WebGpuDevice, bytes: number): GpuBuffer {
    const kind = String(bytes);
    let buffer = this.#pool.take(kind);
    if (buffer === undefined) {
      device.pushErrorScope('out-of-memory');
      buffer = device.createBuffer({ size: bytes, usage });
      this.#adopt(buffer, kind, bytes, device.popErrorScope());
    }
    // The kernel's own handle does not count: the buffer comes back when the last tensor's is deleted.
    buffer._refs = 0;
    return buffer;
  }

  /** gpu.js takes no buffer as an argument whose threads have made four numbers each: it is one like others. */
  #arrived({ _device }: WebGpuKernel, result: Handle): Handle {
    const handle = result as unknown as BufferHandle;
    const { output, componentCount, context, kernel } = handle;
    if (componentCount !== 1) {
      handle.output = [output.reduce((product, extent) => product * extent, componentCount)];
      handle.componentCount = 1;
    }
    const device = _device as WebGpuDevice;
    this.#model ??= { device, Handle: handle.constructor as Model['Handle'], context, kernel };
    return result;
  }

  /** Into a buffer of the pool, or a new one. */
  upload(operation: string, values: Float32Array): Handle | Promise<Handle> {
    const { device, Handle: BufferResult, context, kernel } = this.#model as Model;
    const buffer = this.#take(device, values.byteLength);
    device.queue.writeBuffer(buffer, 0, values);
    const handle = new BufferResult({ buffer, output: [values.length], componentCount: 1, context, kernel });
    return this.#checked(operation, buffer, handle as unknown as Handle);
  }

  finish(_operation: string, _kernel: GpuKernel, result: Handle | Promise<Handle>): Handle | Promise<Handle> {
    return result;
  }

  read(handle: DeviceHandle): ArrayLike<number> | Promise<ArrayLike<number>> {
    return handle.toArray();
  }

  /** The result, once it is known that there was memory for its buffer. */
  #checked<R extends Handle | Promise<Handle>>(
    operation: string,
    buffer: GpuBuffer,
    result: R,
  ): R | Promise<Handle> {
    const failure = this.#failures.get(buffer);
    if (failure === undefined) return result;
    this.#failures.delete(buffer);
    return this.#waited(operation, result, failure);
  }

  async #waited(operation: string, result: Handle | Promise<Handle>, failure: Failure): Promise<Handle> {
    const [handle, found] = [await result, await failure];
    if (found === null) return handle;
    (handle as { delete(): void }).delete();
    this.#pool.shrink(0);
    throw outOfMemory(operation, found.message);
  }

  close(): void {
    this.#pool.close();
  }

  #adopt(buffer: GpuBuffer, kind: string, bytes: number, failure: Failure): void {
    this.#destroy.set(buffer, buffer.destroy.bind(buffer));
    this.#failures.set(buffer, failure);
    this.#pool.adopt(buffer, kind, bytes);
    buffer.destroy = () => this.#pool.give(buffer);
  }
}
