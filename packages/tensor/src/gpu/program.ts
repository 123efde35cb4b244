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
}

/** Numbers come as uniforms, so that a learning rate that changes does not make a new kernel. */
export type OperandKind = 'array' | 'number';

/**
 * Infinity and NaN are no literals in GL, so every kernel gets them as numbers. A comparison with `infinity` also is the test for NaN that
 * no driver folds away: `x <= infinity` is false for NaN alone, where WebGPU takes `x !== x` to be false for all.
 */
const specials: readonly string[] = ['infinity', 'nan'];

/** The whole function. */
export function sourceOf({ operands, body }: Program): string {
  const names = [...operands.map((_, k) => `x${k}`), ...specials];
  return `function (${names.join(', ')}) {\n  const i = this.thread.x;\n${body()}\n}`;
}

/** The values of the last arguments of each kernel. */
export const specialValues: readonly number[] = [Number.POSITIVE_INFINITY, Number.NaN];

/** The types of all arguments, given what an array is in this mode. */
export function argumentTypesOf({ operands }: Program, arrayType: string): string[] {
  return [
    ...operands.map((kind) => (kind === 'array' ? arrayType : 'Float')),
    ...specials.map(() => 'Float'),
  ];
}

/** The functions that a program calls, with those that they call. */
export function functionsOf({ body }: Program): { source: string; settings: object }[] {
  return helpersOf(body()).map(({ source, argumentNames }) => ({
    source,
    settings: {
      argumentTypes: Object.fromEntries(argumentNames.map((name) => [name, 'Float'])),
      returnType: 'Float',
    },
  }));
}
