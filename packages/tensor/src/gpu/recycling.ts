import { BackendError } from '../errors.js';
import type { GpuKernel, Handle } from './library.js';
import { Pool, type PoolUse } from './pool.js';

/*
 * gpu.js makes a texture or buffer for each result, and each kernel keeps its last one. This has its kernels draw into those of a pool of ours,
 * and hand them back: a kernel keeps none, and what one of them has used serves all.
 */

/** So much may wait for its next use. */
const idleLimit = 2 ** 28;

/** What counts how many handles share it: gpu.js writes `_refs` on textures and buffers. */
interface Counted {
  _refs?: number;
}

/** A texture's handle in gpu.js. */
interface GlTexture {
  texture: Counted;
  kernel: unknown;
  beforeMutate(): boolean;
  newTexture(): void;
}

/** What of a kernel of gpu.js in GL is used here. */
interface GlKernel {
  readonly context: Gl;
  readonly texSize: readonly [number, number];
  readonly threadDim: readonly number[];
  readonly output: readonly number[];
  readonly textureCache: object[];
  readonly TextureConstructor: new (settings: object) => GlTexture;
  texture: GlTexture | null;
  getInternalFormat(): number;
  getTextureFormat(): number;
  deleteTexture(texture: object): void;
  _setupOutputTexture(): void;
}

interface Gl {
  readonly OUT_OF_MEMORY: number;
  readonly RGBA32F?: number;
  readonly R32F?: number;
  createFramebuffer(): object | null;
  deleteTexture(texture: object): void;
  getError(): number;
}

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

/** How the kernels of one device share what their results lie in. */
export interface Recycler {
  /** To be called before the kernel's first run. In WebGPU its runs fail with a BackendError when the device's memory is full. */
  prepare(operation: string, kernel: GpuKernel): void;
  /** To be called with what each run gives. @throws BackendError when the device's memory is full */
  finish(operation: string, kernel: GpuKernel, result: Handle | Promise<Handle>): Handle | Promise<Handle>;
  readonly use: PoolUse;
  /** Frees what waits; what is lent is freed when it comes back. */
  close(): void;
}

/** Where kernels give typed arrays, the garbage collector owns them. */
export const noRecycler: Recycler = {
  prepare: () => undefined,
  finish: (_operation, _kernel, result) => result,
  use: { lent: 0, idle: 0, idleBytes: 0 },
  close: () => undefined,
};

/** For the kernels of GL. */
export class TextureRecycler implements Recycler {
  #gl: Gl | undefined;
  #keeper: object | undefined;
  /** Stands where a kernel would keep its last texture. */
  readonly #nothing: Counted = {};
  #isFull = false;
  #isClosed = false;
  readonly #pool = new Pool<Counted>((texture) => this.#gl?.deleteTexture(texture), idleLimit);

  get use(): PoolUse {
    return this.#pool.use;
  }

  prepare(_: string, { kernel }: GpuKernel): void {
    const own = kernel as unknown as GlKernel;
    own.deleteTexture = (texture) => this.#pool.give(texture);
    const setUp = own._setupOutputTexture.bind(own);
    own._setupOutputTexture = () => {
      this.#gl = own.context;
      const [width, height] = own.texSize;
      const kind = `${width}x${height}`;
      const found = this.#pool.take(kind);
      // With a texture in place, gpu.js makes none.
      if (found !== undefined) own.texture = this.#handle(own, found);
      setUp();
      const handle = own.texture as GlTexture;
      const isNew = found === undefined;
      if (isNew) this.#adopt(own, handle.texture, kind);
      // The kernel's own handle does not count: the texture comes back when the last tensor's is deleted.
      handle.texture._refs = 0;
      const makeNew = handle.newTexture.bind(handle);
      handle.beforeMutate = () => {
        if (handle.texture !== this.#nothing) return false;
        const next = this.#pool.take(kind);
        if (next === undefined) {
          makeNew();
          this.#adopt(own, handle.texture, kind);
        } else handle.texture = next;
        handle.texture._refs = 0;
        return true;
      };
    };
  }

  finish(
    operation: string,
    { kernel }: GpuKernel,
    result: Handle | Promise<Handle>,
  ): Handle | Promise<Handle> {
    const own = kernel as unknown as GlKernel;
    const handle = result as unknown as GlTexture;
    if (own.texture !== null) own.texture.texture = this.#nothing;
    // A tensor may outlive the kernel that made it, which is forgotten when there are too many.
    this.#keeper ??= this.#newKeeper(own.context);
    handle.kernel = this.#keeper;
    if (!this.#isFull) return result;
    this.#isFull = false;
    (result as { delete(): void }).delete();
    this.#pool.shrink(0);
    throw outOfMemory(operation, 'GL_OUT_OF_MEMORY');
  }

  close(): void {
    this.#isClosed = true;
    this.#pool.shrink(0);
  }

  #handle(own: GlKernel, texture: Counted): GlTexture {
    return new own.TextureConstructor({
      texture,
      size: own.texSize,
      dimensions: own.threadDim,
      output: own.output,
      context: own.context,
      internalFormat: own.getInternalFormat(),
      textureFormat: own.getTextureFormat(),
      kernel: own,
    });
  }

  #adopt(own: GlKernel, texture: Counted, kind: string): void {
    const { context: gl, textureCache } = own;
    const [width, height] = own.texSize;
    const bytes = width * height * (own.getInternalFormat() === gl.R32F ? 4 : 16);
    this.#pool.adopt(texture, kind, bytes);
    // A kernel frees the textures in its cache with itself, whoever has them.
    const place = textureCache.indexOf(texture);
    if (place >= 0) textureCache.splice(place, 1);
    // Asking is dear, and small ones hardly ever fail alone.
    if (bytes >= 2 ** 20 && gl.getError() === gl.OUT_OF_MEMORY) this.#isFull = true;
  }

  /** What gpu.js asks of the kernel that a texture belongs to. */
  #newKeeper(gl: Gl): object {
    const framebuffer = gl.createFramebuffer();
    return {
      debug: false,
      getRawValueFramebuffer: () => framebuffer,
      deleteTexture: (texture: Counted) => {
        this.#pool.give(texture);
        if (this.#isClosed) this.#pool.shrink(0);
      },
    };
  }
}

/** For the kernels of WebGPU. */
export class BufferRecycler implements Recycler {
  readonly #destroy = new WeakMap<GpuBuffer, () => void>();
  readonly #failures = new WeakMap<GpuBuffer, Promise<{ readonly message: string } | null>>();
  #isClosed = false;
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
    this.#isClosed = true;
    this.#pool.shrink(0);
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
    buffer.destroy = () => {
      this.#pool.give(buffer);
      if (this.#isClosed) this.#pool.shrink(0);
    };
  }
}

function outOfMemory(operation: string, got: string): BackendError {
  return new BackendError(operation, {
    expected: 'memory on the device for the result',
    got,
    remedy: 'Free tensors with scope() or dispose(), or take smaller batches',
  });
}
