import { describe, expect, it } from 'vitest';
import { BackendError } from '../errors.js';
import { BufferRecycler } from './buffer-recycler.js';
import type { GpuKernel, Handle } from './library.js';
import { TextureRecycler } from './texture-recycler.js';

/** A context of GL that is out of memory when it is told to be. */
class Context {
  readonly OUT_OF_MEMORY = 1285;
  readonly RED = 2;
  readonly RGBA = 3;
  readonly deleted: object[] = [];
  /** What was uploaded: the place and extents of a part of a texture, its format, and the numbers. */
  readonly uploads: (readonly number[])[] = [];
  error = 0;
  asked = 0;

  /** The format of a texture that has one number in a texel, which WebGL2 alone has. */
  readonly R32F: number | undefined;

  constructor(isWebGl2: boolean = true) {
    this.R32F = isWebGl2 ? 1 : undefined;
  }

  createTexture(): object {
    return {};
  }

  bindTexture(): void {}
  texParameteri(): void {}
  pixelStorei(): void {}
  texImage2D(): void {}

  texSubImage2D(...given: readonly unknown[]): void {
    const [x, y, width, height, format] = given.slice(2) as number[];
    this.uploads.push([x, y, width, height, format, ...(given.at(-1) as Float32Array)] as number[]);
  }

  createFramebuffer(): object {
    return {};
  }

  deleteTexture(texture: object): void {
    this.deleted.push(texture);
  }

  getError(): number {
    this.asked += 1;
    return this.error;
  }
}

type Keeper = { deleteTexture(texture: object): void };

/** As much of a handle of gpu.js as the recycler sees. */
class Texture {
  texture: { _refs?: number };
  kernel: Keeper;
  constructor(settings: { texture: { _refs?: number }; kernel: Keeper }) {
    this.texture = settings.texture;
    this.kernel = settings.kernel;
    this.texture._refs = (this.texture._refs ?? 0) + 1;
  }

  beforeMutate(): boolean {
    return false;
  }

  newTexture(): void {
    this.texture = { _refs: 1 };
  }

  delete(): void {
    this.texture._refs = (this.texture._refs ?? 0) - 1;
    if (this.texture._refs === 0) this.kernel.deleteTexture(this.texture);
  }
}

/** A kernel whose results have so many elements. */
function glKernel(context: Context, extent: number): GpuKernel {
  const own = {
    context,
    texSize: [extent, extent],
    threadDim: [extent * extent, 1, 1],
    output: [extent * extent],
    textureCache: [],
    TextureConstructor: Texture,
    texture: null as Texture | null,
    getInternalFormat: () => 1,
    getTextureFormat: () => 1,
    deleteTexture: () => undefined,
    _setupOutputTexture(): void {
      this.texture ??= new Texture({ texture: {}, kernel: this });
    },
  };
  const run = (): Texture => {
    if (own.texture === null) own._setupOutputTexture();
    const texture = own.texture as unknown as Texture;
    texture.beforeMutate();
    return new Texture(texture);
  };
  return Object.assign(run, { kernel: own }) as unknown as GpuKernel;
}

describe('textures', () => {
  const run = (recycler: TextureRecycler, kernel: GpuKernel): Texture =>
    recycler.finish('test', kernel, kernel() as Handle) as unknown as Texture;

  it('are used again by every kernel of their size, and by none while a tensor has them', () => {
    const recycler = new TextureRecycler();
    const context = new Context();
    const kernels = [glKernel(context, 4), glKernel(context, 4)] as const;
    for (const kernel of kernels) recycler.prepare('test', kernel);
    const first = run(recycler, kernels[0]);
    const second = run(recycler, kernels[0]);
    expect(second.texture).not.toBe(first.texture);
    const released = first.texture;
    first.delete();
    expect(run(recycler, kernels[1]).texture).toBe(released);
    expect(recycler.use).toEqual({ lent: 2, idle: 0, idleBytes: 0 });
    second.delete();
    expect(recycler.use).toEqual({ lent: 1, idle: 1, idleBytes: 64 });
    recycler.close();
    expect(context.deleted).toEqual([second.texture]);
  });

  it.each([
    [true, [0, 0, 2, 1, 2, 5, 6], [0, 1, 1, 1, 2, 7]],
    [false, [0, 0, 2, 1, 3, 5, 0, 0, 0, 6, 0, 0, 0], [0, 1, 1, 1, 3, 7, 0, 0, 0]],
  ])('take what is uploaded as well, whole rows first, in WebGL2: %s', (isWebGl2, rows, rest) => {
    const recycler = new TextureRecycler();
    const context = new Context(isWebGl2);
    const kernel = glKernel(context, 2);
    recycler.prepare('test', kernel);
    const first = run(recycler, kernel);
    const released = first.texture;
    first.delete();
    const uploaded = recycler.upload('test', Float32Array.of(5, 6, 7)) as unknown as Texture;
    expect(uploaded.texture).toBe(released);
    expect(context.uploads).toEqual([rows, rest]);
    const another = recycler.upload('test', Float32Array.of(8, 9, 10, 11)) as unknown as Texture;
    expect(another.texture).not.toBe(released);
    expect(recycler.use.lent).toBe(2);
    another.delete();
    expect(recycler.use).toMatchObject({ lent: 1, idle: 1 });
  });

  it('that do not fit into the memory of the device are a BackendError, and what waited is freed', () => {
    const recycler = new TextureRecycler();
    const context = new Context();
    const kernel = glKernel(context, 1024);
    recycler.prepare('test', kernel);
    run(recycler, kernel).delete();
    const kept = run(recycler, kernel);
    context.error = context.OUT_OF_MEMORY;
    expect(() => run(recycler, kernel)).toThrow(BackendError);
    expect(recycler.use).toEqual({ lent: 1, idle: 0, idleBytes: 0 });
    context.error = 0;
    expect(run(recycler, kernel).texture).not.toBe(kept.texture);
  });

  it('are asked for errors when they are new and large alone: asking waits for the device', () => {
    const recycler = new TextureRecycler();
    const context = new Context();
    const kernels = [glKernel(context, 16), glKernel(context, 1024)] as const;
    for (const kernel of kernels) recycler.prepare('test', kernel);
    for (let k = 0; k < 5; k++) for (const kernel of kernels) run(recycler, kernel).delete();
    expect(context.asked).toBe(1);
  });
});

class GpuBufferStub {
  _refs = 0;
  isDestroyed = false;
  constructor(readonly size: number) {}
  destroy(): void {
    this.isDestroyed = true;
  }
}

class BufferResult {
  readonly componentCount = 1;
  readonly buffer: GpuBufferStub;
  constructor({ buffer }: { readonly buffer: GpuBufferStub }) {
    this.buffer = buffer;
    buffer._refs += 1;
  }

  delete(): void {
    this.buffer._refs -= 1;
    if (this.buffer._refs === 0) this.buffer.destroy();
  }
}

interface DeviceStub {
  failure: { message: string } | null;
  /** What was written into buffers. */
  written?: number[];
}

function webGpuKernel(device: DeviceStub, size: number): GpuKernel {
  const own = {
    outputBuffer: null as GpuBufferStub | null,
    bindGroupDirty: false,
    threadDim: [size, 1, 1],
    componentCount: 1,
    _device: {
      queue: {
        writeBuffer: (_buffer: unknown, _offset: number, values: Float32Array) => {
          device.written?.push(...values);
        },
      },
      createBuffer: (description: { size: number }) => new GpuBufferStub(description.size),
      pushErrorScope: () => undefined,
      popErrorScope: () => Promise.resolve(device.failure),
    },
    _ensureOutputBuffer(): void {
      throw new Error('buffers come from the pool');
    },
    _runInternal(_: unknown): Promise<unknown> {
      this._ensureOutputBuffer();
      return Promise.resolve(new BufferResult({ buffer: this.outputBuffer as unknown as GpuBufferStub }));
    },
  };
  return Object.assign(() => own._runInternal(null), { kernel: own }) as unknown as GpuKernel;
}

describe('buffers of WebGPU', () => {
  interface BufferHandle {
    readonly buffer: GpuBufferStub;
    delete(): void;
  }
  const run = async (kernel: GpuKernel): Promise<BufferHandle> => (await kernel()) as unknown as BufferHandle;

  it('are used again by every kernel of their size, and by none while a tensor has them', async () => {
    const recycler = new BufferRecycler();
    const kernels = [webGpuKernel({ failure: null }, 8), webGpuKernel({ failure: null }, 8)] as const;
    for (const kernel of kernels) recycler.prepare('test', kernel);
    const [first, second] = await Promise.all([run(kernels[0]), run(kernels[0])]);
    expect(second.buffer).not.toBe(first.buffer);
    first.delete();
    expect((await run(kernels[1])).buffer).toBe(first.buffer);
    second.delete();
    expect(recycler.use).toEqual({ lent: 1, idle: 1, idleBytes: 32 });
    recycler.close();
    expect([first, second].map(({ buffer }) => buffer.isDestroyed)).toEqual([false, true]);
    first.delete();
    expect(first.buffer.isDestroyed).toBe(true);
  });

  it('take what is uploaded as well', async () => {
    const recycler = new BufferRecycler();
    const device: DeviceStub = { failure: null, written: [] };
    const kernel = webGpuKernel(device, 2);
    recycler.prepare('test', kernel);
    const first = await run(kernel);
    first.delete();
    const handle = (await recycler.upload('test', Float32Array.of(1, 2))) as unknown as BufferHandle;
    expect(handle.buffer).toBe(first.buffer);
    expect(device.written).toEqual([1, 2]);
    handle.delete();
    expect(recycler.use).toEqual({ lent: 0, idle: 1, idleBytes: 8 });
    device.failure = { message: 'no' };
    await expect(recycler.upload('test', new Float32Array(3))).rejects.toThrow(BackendError);
  });

  it('that do not fit into the memory of the device are a BackendError', async () => {
    const recycler = new BufferRecycler();
    const device = { failure: null as { message: string } | null };
    const kernel = webGpuKernel(device, 8);
    recycler.prepare('test', kernel);
    await run(kernel);
    device.failure = { message: 'no' };
    await expect(run(kernel)).rejects.toThrow(BackendError);
    expect(recycler.use).toEqual({ lent: 1, idle: 0, idleBytes: 0 });
  });
});
