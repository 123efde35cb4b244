import { help, listOf, namesOf, numberOf, sizesOf, split, text, UsageError } from '../command-line.js';
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

const options = { launches: text, rounds: text, backend: text, sizes: text, help };

/** @throws UsageError */
export function parseCompareArguments(
  words: readonly string[],
  known: KnownNames,
): CompareArguments | 'help' {
  const { values, positionals } = split(words, options);
  if (values.help === true) return 'help';
  const [base, ...suites] = positionals;
  if (base === undefined)
    throw new UsageError('which commit to compare with? pnpm bench:compare --help tells more');
  return {
    base,
    launches: numberOf('--launches', values.launches ?? '8', { least: 2, most: 4096 }),
    rounds: numberOf('--rounds', values.rounds ?? '5', { least: 1, most: 4096 }),
    choice: {
      suites: namesOf('suite', suites, known.suites, known.shortSuites),
      backends: listOf('backend', values.backend, known.backends, ['wasm']),
      sizes: sizesOf(values.sizes, [128, 512]),
    },
  };
}
