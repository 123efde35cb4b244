/*
 * Functions in the language of GL. gpu.js finds a texel by divisions of integers, which drivers in software take apart, and reads one number at a time.
 * These know the extents of a texture, count in coordinates, and read four numbers where four lie together.
 */

/** How GL calls the function that reads a texture: WebGL2, and WebGL before it. */
export type Sampler = 'texture' | 'texture2D';

/** Width and height of a texture, in texels. */
export type TextureSize = readonly [width: number, height: number];

/** A texture for so many numbers, each in a texel of its own: as wide as a power of two, so that rows are found without rounding errors. */
export function textureSizeOf(numbers: number): TextureSize {
  // gpu.js lays out a single row as it likes.
  if (numbers === 2) return [1, 2];
  const width = 2 ** Math.ceil(Math.log2(Math.sqrt(numbers)));
  return [width, Math.ceil(numbers / width)];
}

/** What a kernel calls, in the language of GL. */
export interface NativeFunction {
  readonly name: string;
  readonly source: string;
  readonly argumentTypes: Readonly<Record<string, string>>;
  readonly returnType: string;
}

/** gpu.js hands over a texture as three arguments. */
function textureArguments(name: string): string {
  return `sampler2D ${name}, ivec2 ${name}Size, ivec3 ${name}Dim`;
}

/** A number as a literal that is no integer. */
export function decimal(x: number): string {
  const text = String(x);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The index of the number that is computed, in a texture so wide. */
export function placeFunction(width: number): NativeFunction {
  const source = `float placeOf() { return floor(gl_FragCoord.y) * ${decimal(width)} + floor(gl_FragCoord.x); }`;
  return { name: 'placeOf', source, argumentTypes: {}, returnType: 'Float' };
}

/** The column and the row of the texel that is computed. */
export const gridFunctions: readonly NativeFunction[] = (['x', 'y'] as const).map((axis) => ({
  name: `${axis}Of`,
  source: `float ${axis}Of() { return floor(gl_FragCoord.${axis}); }`,
  argumentTypes: {},
  returnType: 'Float',
}));

/** One number of a texture that has one in a texel. */
export function numberReader(sampler: Sampler, [width, height]: TextureSize): NativeFunction {
  const name = `number${width}x${height}Of`;
  const source = `float ${name}(${textureArguments('t')}, float i) {
  float row = floor(i * ${decimal(1 / width)});
  return ${sampler}(t, vec2((i - row * ${decimal(width)} + 0.5) * ${decimal(1 / width)}, (row + 0.5) * ${decimal(1 / height)})).x;
}`;
  return { name, source, argumentTypes: { t: 'ArrayTexture(1)', i: 'Float' }, returnType: 'Float' };
}

/** One number of a texture that has four in a texel. Its row may be off by one after the product, which the column tells. */
export function partReader(sampler: Sampler, [width, height]: TextureSize): NativeFunction {
  const name = `part${width}x${height}Of`;
  const source = `float ${name}(${textureArguments('t')}, float i) {
  float texel = floor(0.25 * i);
  float row = floor(texel * ${decimal(1 / width)});
  float column = texel - row * ${decimal(width)};
  if (column < 0.0) { row -= 1.0; column += ${decimal(width)}; }
  if (column >= ${decimal(width)}) { row += 1.0; column -= ${decimal(width)}; }
  vec4 four = ${sampler}(t, vec2((column + 0.5) * ${decimal(1 / width)}, (row + 0.5) * ${decimal(1 / height)}));
  float part = i - 4.0 * texel;
  return part < 1.5 ? (part < 0.5 ? four.x : four.y) : (part < 2.5 ? four.z : four.w);
}`;
  return { name, source, argumentTypes: { t: 'ArrayTexture(4)', i: 'Float' }, returnType: 'Float' };
}

/** Four numbers from textures `x0`, `x1`, ... that have four in a texel. */
export function tileFunction(textures: number, statements: string): NativeFunction {
  const names = Array.from({ length: textures }, (_, k) => `x${k}`);
  return {
    name: 'tileOf',
    source: `vec4 tileOf(${names.map(textureArguments).join(', ')}) {\n${statements}\n}`,
    argumentTypes: Object.fromEntries(names.map((name) => [name, 'ArrayTexture(4)'])),
    returnType: 'Array(4)',
  };
}
