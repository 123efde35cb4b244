import { parseArgs } from 'node:util';

/** The command line asks for something that there is not; the message is one line for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A flag that is given or not, or one that takes a value. */
export const flag = { type: 'boolean' } as const;
export const text = { type: 'string' } as const;
export const help = { type: 'boolean', short: 'h' } as const;

interface Options {
  readonly [name: string]: { readonly type: 'boolean' | 'string'; readonly short?: string };
}

interface Split<O extends Options> {
  readonly values: { readonly [N in keyof O]?: O[N]['type'] extends 'boolean' ? true : string };
  readonly positionals: readonly string[];
}

/** Flags apart from other words. A value stands in the next word or after an equals sign. @throws UsageError */
export function split<const O extends Options>(words: readonly string[], options: O): Split<O> {
  const config = { args: [...words], options, allowPositionals: true, strict: false, tokens: true } as const;
  const { values, positionals, tokens } = parseArgs(config);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!Object.hasOwn(options, name)) {
      const known = Object.keys(options).map((own) => `--${own}`);
      throw new UsageError(`there is no flag ${rawName}; there are ${known.join(', ')}`);
    }
    const takesValue = options[name]?.type === 'string';
    if (takesValue && (value ?? '') === '') throw new UsageError(`${rawName} needs a value`);
    if (!takesValue && value !== undefined) throw new UsageError(`${rawName} takes no value`);
  }
  return { values: values as Split<O>['values'], positionals };
}

/** Names that are known, each once; or what is usual where none are given. @throws UsageError */
export function namesOf(
  what: string,
  names: readonly string[],
  known: readonly string[],
  usual: readonly string[],
): readonly string[] {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no ${what} ${unknown || "''"}; there are ${known.join(', ')}`);
  return names.length === 0 ? usual : [...new Set(names)];
}

/** Names with commas between them, or `all`. @throws UsageError */
export function listOf(
  what: string,
  list: string | undefined,
  known: readonly string[],
  usual: readonly string[],
): readonly string[] {
  return list === 'all' ? known : namesOf(what, list?.split(',') ?? [], known, usual);
}

/** Extents of matrices, with commas between them. @throws UsageError */
export function sizesOf(list: string | undefined, usual: readonly number[]): readonly number[] {
  return list?.split(',').map((size) => numberOf('--sizes', size, { least: 1, most: 4096 })) ?? usual;
}

/** @throws UsageError */
export function secondsOf(value: string | undefined, usual: number): number {
  return value === undefined ? usual : numberOf('--seconds', value, { least: 0, most: 3600, step: 'any' });
}

interface Range {
  readonly least: number;
  readonly most: number;
  /** Whole numbers unless this is given. */
  readonly step?: 'any';
}

/** @throws UsageError */
export function numberOf(name: string, value: string, { least, most, step }: Range): number {
  const number = Number(value);
  const isOne = value.trim() !== '' && (step === 'any' || Number.isInteger(number));
  if (!isOne || !(number >= least && number <= most)) {
    const kind = step === 'any' ? 'a number' : 'a whole number';
    throw new UsageError(`${name} takes ${kind} from ${least} to ${most}, not '${value}'`);
  }
  return number;
}

/** Runs a program with what was typed; what is wrong with that is one line, and exit code 2. */
export async function runProgram(
  name: string,
  main: (words: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${name}: ${error.message}`);
    process.exitCode = 2;
  }
}
