import { type TextureSize, textureSizeOf } from './glsl.js';
import type { DeviceHandle, GpuKernel, Handle } from './library.js';
import { Pool, type PoolUse } from './pool.js';
import { type Counted, idleLimit, outOfMemory, type Recycler } from './recycling.js';

/** A texture's handle in gpu.js. */
interface GlTexture {
  texture: Counted;
  readonly size: TextureSize;
  readonly internalFormat: number;
  kernel: unknown;
  delete(): void;
  beforeMutate(): boolean;
  newTexture(): void;
}

/** What of a kernel of gpu.js in GL is used here. */
interface GlKernel {
  readonly context: Gl;
  readonly texSize: TextureSize;
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
  readonly RGBA: number;
  readonly FLOAT: number;
  readonly FRAMEBUFFER: number;
  readonly COLOR_ATTACHMENT0: number;
  readonly TEXTURE_2D: number;
  readonly TEXTURE_MIN_FILTER: number;
  readonly TEXTURE_MAG_FILTER: number;
  readonly TEXTURE_WRAP_S: number;
  readonly TEXTURE_WRAP_T: number;
  readonly NEAREST: number;
  readonly CLAMP_TO_EDGE: number;
  readonly UNPACK_FLIP_Y_WEBGL: number;
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
  createTexture(): Counted;
  bindTexture(target: number, texture: object): void;
  texParameteri(target: number, name: number, value: number): void;
  pixelStorei(name: number, value: boolean): void;
  texStorage2D?(target: number, levels: number, format: number, width: number, height: number): void;
  texImage2D(
    target: number,
    level: number,
    internalFormat: number,
    width: number,
    height: number,
    border: number,
    format: number,
    type: number,
    pixels: null,
  ): void;
  texSubImage2D(
    target: number,
    level: number,
    x: number,
    y: number,
    width: number,
    height: number,
    format: number,
    type: number,
    pixels: Float32Array,
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
  /** As what is uploaded is: what kernels make whose texels have one number. */
  #format: Format | undefined;
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
      const kind = kindOf(own.texSize, own.getInternalFormat());
      const found = this.#pool.take(kind);
      // With a texture in place, gpu.js makes none.
      if (found !== undefined) own.texture = handleOf(formatOf(own), found, own.texSize, own);
      setUp();
      const handle = own.texture as GlTexture;
      const isNew = found === undefined;
      if (isNew) this.#adoptFrom(own, handle.texture);
      // The kernel's own handle does not count: the texture comes back when the last tensor's is deleted.
      handle.texture._refs = 0;
      const makeNew = handle.newTexture.bind(handle);
      handle.beforeMutate = () => {
        if (handle.texture !== this.#nothing) return false;
        const next = this.#pool.take(kind);
        if (next === undefined) {
          makeNew();
          this.#adoptFrom(own, handle.texture);
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
    this.#format ??= formatOf(own);
    if (own.texture !== null) own.texture.texture = this.#nothing;
    // A tensor may outlive the kernel that made it, which is forgotten when there are too many.
    this.#keeper ??= this.#newKeeper(own.context);
    handle.kernel = this.#keeper;
    return this.#unlessFull(operation, handle);
  }

  #unlessFull(operation: string, handle: GlTexture): Handle {
    if (!this.#isFull) return handle as unknown as Handle;
    this.#isFull = false;
    handle.delete();
    this.#pool.shrink(0);
    throw outOfMemory(operation, 'GL_OUT_OF_MEMORY');
  }

  /** Into a texture of the pool, or a new one. */
  upload(operation: string, values: Float32Array): Handle {
    const size = textureSizeOf(values.length);
    const format = this.#format as Format;
    const { gl, internalFormat } = format;
    const kind = kindOf(size, internalFormat);
    let texture = this.#pool.take(kind);
    const isNew = texture === undefined;
    if (texture === undefined) texture = newTexture(gl, size, internalFormat);
    else gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    if (isNew) this.#adopt(format, texture, size);
    const isTight = internalFormat === gl.R32F;
    fill(gl, isTight ? values : firstOfFour(values), size, isTight ? gl.RED : gl.RGBA);
    texture._refs = 0;
    const handle = handleOf(format, texture, size, this.#keeper as object);
    return this.#unlessFull(operation, handle);
  }

  /** All of a texture is read, as one number for each texel where GL can, else as four. */
  read(handle: DeviceHandle): Float32Array {
    const { texture, size, internalFormat } = handle as unknown as GlTexture;
    const gl = this.#gl as Gl;
    const attach = (which: object | null): void =>
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, which, 0);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#framebuffer);
    attach(texture);
    this.#canReadTightly ??=
      internalFormat === gl.R32F &&
      gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_FORMAT) === gl.RED &&
      gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_TYPE) === gl.FLOAT;
    const [width, height] = size;
    const numbers = new Float32Array((this.#canReadTightly ? 1 : 4) * width * height);
    gl.readPixels(0, 0, width, height, this.#canReadTightly ? gl.RED : gl.RGBA, gl.FLOAT, numbers);
    // A texture that is attached somewhere is not freed.
    attach(null);
    return this.#canReadTightly ? numbers : numbers.filter((_, k) => k % 4 === 0);
  }

  close(): void {
    this.#pool.close();
  }

  #adoptFrom(own: GlKernel, texture: Counted): void {
    // A kernel frees the textures in its cache with itself, whoever has them.
    const place = own.textureCache.indexOf(texture);
    if (place >= 0) own.textureCache.splice(place, 1);
    this.#adopt(formatOf(own), texture, own.texSize);
  }

  #adopt({ gl, internalFormat }: Format, texture: Counted, size: TextureSize): void {
    const bytes = size[0] * size[1] * (internalFormat === gl.R32F ? 4 : 16);
    this.#pool.adopt(texture, kindOf(size, internalFormat), bytes);
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

/** What a texture's handle is made of beside its size. */
interface Format {
  readonly gl: Gl;
  readonly TextureConstructor: GlKernel['TextureConstructor'];
  readonly internalFormat: number;
  readonly textureFormat: number;
}

function formatOf(own: GlKernel): Format {
  return {
    gl: own.context,
    TextureConstructor: own.TextureConstructor,
    internalFormat: own.getInternalFormat(),
    textureFormat: own.getTextureFormat(),
  };
}

function handleOf(
  { gl, TextureConstructor, internalFormat, textureFormat }: Format,
  texture: Counted,
  size: TextureSize,
  kernel: object,
): GlTexture {
  return new TextureConstructor({
    texture,
    size,
    dimensions: [...size, 1],
    output: size,
    context: gl,
    internalFormat,
    textureFormat,
    kernel,
  });
}

/** Textures of one kind can stand for each other. */
function kindOf([width, height]: TextureSize, internalFormat: number): string {
  return `${width}x${height} ${internalFormat}`;
}

function newTexture(gl: Gl, [width, height]: TextureSize, internalFormat: number): Counted {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  if (gl.texStorage2D !== undefined) gl.texStorage2D(gl.TEXTURE_2D, 1, internalFormat, width, height);
  else gl.texImage2D(gl.TEXTURE_2D, 0, internalFormat, width, height, 0, internalFormat, gl.FLOAT, null);
  return texture;
}

/** All whole rows at once, then the rest of the last. */
function fill(gl: Gl, numbers: Float32Array, [width]: TextureSize, format: number): void {
  const row = format === gl.RED ? width : 4 * width;
  const whole = Math.floor(numbers.length / row);
  const put = (y: number, columns: number, rows: number, part: Float32Array): void =>
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, y, columns, rows, format, gl.FLOAT, part);
  if (whole > 0) put(0, width, whole, numbers.subarray(0, whole * row));
  const rest = numbers.subarray(whole * row);
  if (rest.length > 0) put(whole, (rest.length * width) / row, 1, rest);
}

/** Where a texel has four numbers, the first one counts. */
function firstOfFour(values: Float32Array): Float32Array {
  const numbers = new Float32Array(4 * values.length);
  for (let k = 0; k < values.length; k++) numbers[4 * k] = values[k] as number;
  return numbers;
}
