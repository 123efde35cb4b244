import {
  gridFunctions,
  type NativeFunction,
  numberReader,
  partReader,
  placeFunction,
  type Sampler,
  type TextureSize,
  tileFunction,
} from './glsl.js';
import { helpersOf } from './helpers.js';

/**
 * One kernel as text, in the part of JavaScript that gpu.js translates. It computes element `i` of a flat result; the operands are `x0`,
 * `x1`, ..., flat arrays or numbers. Text, because gpu.js reads the source of functions, which minifiers, bundlers and coverage change.
 */
export interface Program {
  /** For people: what it computes. */
  readonly name: string;
  /** Programs of the same key have the same statements. */
  readonly key: string;
  /** The statements, which end with a return. Only a kernel that is not compiled yet asks for them. */
  readonly body: () => string;
  /** What each operand is. */
  readonly operands: readonly OperandKind[];
  /** How many elements it computes. */
  readonly size: number;
  /** Where it is given, a run at column `x` and row `y` of this many columns and rows computes four numbers that lie together. */
  readonly grid?: readonly [columns: number, rows: number];
  /** The same in the language of GL, where that is faster: the statements of a function of textures `x0`, `x1`, ... */
  readonly native?: (sampler: Sampler) => string;
}

/**
 * Numbers come as uniforms, so that a learning rate that changes does not make a new kernel. What is packed was made by a program with a grid:
 * it reads like an array, and on a device with textures, four of its numbers lie in a texel.
 */
export type OperandKind = 'array' | 'packed' | 'number';

/**
 * Infinity and NaN are no literals in GL, so every kernel gets them as numbers. A comparison with `infinity` also is the test for NaN that
 * no driver folds away: `x <= infinity` is false for NaN alone, where WebGPU takes `x !== x` to be false for all.
 */
const specials: readonly string[] = ['infinity', 'nan'];

/** What kernels must know where results and operands are textures. */
export interface Textures {
  readonly sampler: Sampler;
  /** Of the result. */
  readonly width: number;
  /** Of each operand that is one. */
  readonly sizes: readonly (TextureSize | undefined)[];
}

/** What is compiled: the whole function, and what it calls in the language of GL. */
export interface Source {
  readonly text: string;
  readonly nativeFunctions: readonly NativeFunction[];
}

export function sourceOf({ operands, body, grid, native }: Program, textures: Textures | undefined): Source {
  const arrays = operands.map((_, k) => `x${k}`);
  const whole = (lines: readonly string[]): string =>
    [`function (${[...arrays, ...specials].join(', ')}) {`, ...lines, '}'].join('\n');
  if (textures === undefined) {
    const place = grid === undefined ? { i: 'x' } : { x: 'x', y: 'y' };
    const lines = Object.entries(place).map(([name, axis]) => `  const ${name} = this.thread.${axis};`);
    return { text: whole([...lines, body()]), nativeFunctions: [] };
  }
  const { sampler, width, sizes } = textures;
  if (native !== undefined) {
    const tile = tileFunction(operands.length, native(sampler));
    return { text: whole([`  return tileOf(${arrays.join(', ')});`]), nativeFunctions: [tile] };
  }
  const called = new Map(
    (grid === undefined ? [placeFunction(width)] : gridFunctions).map((own) => [own.name, own]),
  );
  const place =
    grid === undefined ? ['  const i = placeOf();'] : ['  const x = xOf();', '  const y = yOf();'];
  const text = body().replaceAll(/\bx(\d+)\[([^\]]*)\]/g, (_, k: string, index: string) => {
    const reader = operands[Number(k)] === 'packed' ? partReader : numberReader;
    const own = reader(sampler, sizes[Number(k)] as TextureSize);
    called.set(own.name, own);
    return `${own.name}(x${k}, ${index})`;
  });
  return { text: whole([...place, text]), nativeFunctions: [...called.values()] };
}

/** The values of the last arguments of each kernel. */
export const specialValues: readonly number[] = [Number.POSITIVE_INFINITY, Number.NaN];

/** What gpu.js calls arrays that lie on a device. */
export interface ArrayTypes {
  readonly array: string;
  readonly packed: string;
}

/** The types of all arguments. */
export function argumentTypesOf({ operands }: Program, { array, packed }: ArrayTypes): string[] {
  const types = { array, packed, number: 'Float' };
  return [...operands.map((kind) => types[kind]), ...specials.map(() => 'Float')];
}

/** The functions that a program calls, with those that they call. */
export function functionsOf({ body, native }: Program, textures: Textures | undefined): GpuFunction[] {
  if (textures !== undefined && native !== undefined) return [];
  return helpersOf(body()).map(({ source, argumentNames }) => ({
    source,
    settings: {
      argumentTypes: Object.fromEntries(argumentNames.map((name) => [name, 'Float'])),
      returnType: 'Float',
    },
  }));
}

/** One of them, as gpu.js wants it. */
export interface GpuFunction {
  readonly source: string;
  readonly settings: object;
}
