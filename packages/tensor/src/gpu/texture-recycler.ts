import type { DeviceHandle, GpuKernel, Handle } from './library.js';
import { Pool, type PoolUse } from './pool.js';
import { type Counted, idleLimit, outOfMemory, type Recycler } from './recycling.js';

/** A texture's handle in gpu.js. */
interface GlTexture {
  texture: Counted;
  readonly size: readonly [number, number];
  readonly internalFormat: number;
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
  readonly R32F?: number;
  readonly RED: number;
  readonly FLOAT: number;
  readonly FRAMEBUFFER: number;
  readonly COLOR_ATTACHMENT0: number;
  readonly TEXTURE_2D: number;
  readonly IMPLEMENTATION_COLOR_READ_FORMAT: number;
  readonly IMPLEMENTATION_COLOR_READ_TYPE: number;
  createFramebuffer(): object | null;
  bindFramebuffer(target: number, framebuffer: object | null): void;
  framebufferTexture2D(
    target: number,
    attachment: number,
    kind: number,
    texture: object | null,
    level: number,
  ): void;
  getParameter(name: number): unknown;
  readPixels(
    x: number,
    y: number,
    width: number,
    height: number,
    format: number,
    type: number,
    into: Float32Array,
  ): void;
  deleteTexture(texture: object): void;
  getError(): number;
}

/** For the kernels of GL. */
export class TextureRecycler implements Recycler {
  #gl: Gl | undefined;
  #keeper: object | undefined;
  #framebuffer: object | null = null;
  #canReadTightly: boolean | undefined;
  /** Stands where a kernel would keep its last texture. */
  readonly #nothing: Counted = {};
  #isFull = false;
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

  /** gpu.js reads four numbers for each element; where textures hold one, and GL can, so does this. */
  read(handle: DeviceHandle): ArrayLike<number> | Promise<ArrayLike<number>> {
    const { texture, size, internalFormat } = handle as unknown as GlTexture;
    const gl = this.#gl as Gl;
    if (internalFormat !== gl.R32F || this.#canReadTightly === false) return handle.toArray();
    const attach = (which: object | null): void =>
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, which, 0);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#framebuffer);
    attach(texture);
    this.#canReadTightly ??=
      gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_FORMAT) === gl.RED &&
      gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_TYPE) === gl.FLOAT;
    if (!this.#canReadTightly) return handle.toArray();
    const [width, height] = size;
    const elements = new Float32Array(width * height);
    gl.readPixels(0, 0, width, height, gl.RED, gl.FLOAT, elements);
    // A texture that is attached somewhere is not freed.
    attach(null);
    return elements;
  }

  close(): void {
    this.#pool.close();
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
    this.#framebuffer = gl.createFramebuffer();
    return {
      debug: false,
      getRawValueFramebuffer: () => this.#framebuffer,
      deleteTexture: (texture: Counted) => this.#pool.give(texture),
    };
  }
}
