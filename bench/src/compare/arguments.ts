import { parseArgs } from 'node:util';
import { UsageError } from '../arguments.js';
import type { Choice } from './child.js';

/** What the command line of a comparison asks for. */
export interface CompareArguments {
  /** A commit, by any name that git knows. */
  readonly base: string;
  /** Processes of each program. */
  readonly launches: number;
  /** Samples of each task in a launch. */
  readonly rounds: number;
  readonly choice: Choice;
}

/** The names that may be given. */
export interface KnownNames {
  readonly suites: readonly string[];
  /** What is compared where no suite is named. */
  readonly shortSuites: readonly string[];
  readonly backends: readonly string[];
}

const text = { type: 'string' } as const;
const options = {
  launches: text,
  rounds: text,
  backend: text,
  sizes: text,
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws UsageError */
export function parseCompareArguments(
  words: readonly string[],
  known: KnownNames,
): CompareArguments | 'help' {
  const { values, positionals } = split(words);
  if (values.help === true) return 'help';
  const [base, ...suites] = positionals;
  if (base === undefined)
    throw new UsageError('which commit to compare with? pnpm bench:compare --help tells more');
  const backends = values.backend?.split(',') ?? ['wasm'];
  requireKnown('suite', suites, known.suites);
  requireKnown('backend', backends, known.backends);
  return {
    base,
    launches: count('--launches', values.launches ?? '8', 2),
    rounds: count('--rounds', values.rounds ?? '5', 1),
    choice: {
      suites: suites.length > 0 ? suites : known.shortSuites,
      backends,
      sizes: (values.sizes ?? '128,512').split(',').map((size) => count('--sizes', size, 1)),
    },
  };
}

function split(
  words: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'these are no arguments');
  }
}

function requireKnown(what: string, names: readonly string[], all: readonly string[]): void {
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`there is no ${what} ${unknown}; there are ${all.join(', ')}`);
}

function count(flag: string, value: string, least: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > 4096)
    throw new UsageError(`${flag} takes whole numbers from ${least} to 4096, not '${value}'`);
  return number;
}
