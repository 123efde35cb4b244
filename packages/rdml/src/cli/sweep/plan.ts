import { availableParallelism } from 'node:os';
import { ConfigError } from '@renyi/tensor';
import { parseConfig, type Schedule, type TrainingConfig } from '../../index.js';
import { parseNumber, parseSchedule, scheduleText } from '../schedule-text.js';

/** What a sweep tries: every alpha with every cohort size and every seed, and no mutual part at all beside them. */
export interface SweepPlan {
  readonly schema: number;
  /** What all runs share. */
  readonly base: TrainingConfig;
  readonly alphas: readonly Schedule[];
  readonly sizes: readonly number[];
  readonly seeds: readonly number[];
}

/** One run of a sweep. */
export interface SweepJob {
  /** The name of its folder: `k2-alpha1.5-seed0`. */
  readonly id: string;
  readonly size: number;
  readonly seed: number;
  /** Undefined for independent training. */
  readonly alpha: Schedule | undefined;
  readonly config: TrainingConfig;
}

/**
 * All runs of a plan, those of one seed together, so that early results can be compared. Independent training is the
 * same configuration without links: the same initial weights and batches, once for each seed and size.
 * @throws ConfigError for a combination that is no configuration
 */
export function sweepJobs({ base, alphas, sizes, seeds }: SweepPlan): readonly SweepJob[] {
  return seeds.flatMap((seed) =>
    sizes.flatMap((size) =>
      [undefined, ...alphas].map((alpha): SweepJob => {
        const own = { ...base, baseline: false, students: size, seed };
        const config = parseConfig(alpha === undefined ? { ...own, links: 'none' } : { ...own, alpha });
        return { id: `k${size}-${armName(alpha)}-seed${seed}`, size, seed, alpha, config };
      }),
    ),
  );
}

/** `alpha1.5`, or `independent`. */
function armName(alpha: Schedule | undefined): string {
  return alpha === undefined ? 'independent' : `alpha${scheduleText(alpha).replace(/[^\w.-]+/g, '_')}`;
}

/** `0.5,1,cosine:2:0.5` */
export function parseAlphas(text: string): readonly Schedule[] {
  const alphas = text.split(',').map(parseSchedule);
  if (alphas.every(isOrder) && !repeats(alphas.map(scheduleText))) return alphas;
  throw fault(
    '--alpha to be different orders from 0 to inf, or schedules, with commas between them',
    text,
    '--alpha 0.5,1,1.5,2',
  );
}

function isOrder(alpha: Schedule): boolean {
  try {
    parseConfig({ alpha });
    return true;
  } catch {
    return false;
  }
}

/** `2,3,4`, each at least 1 */
export function parseSizes(text: string): readonly number[] {
  const sizes = text.split(',').map(parseNumber);
  const isRight = sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 64);
  if (isRight && !repeats(sizes)) return sizes;
  throw fault('--students to be different whole numbers from 1 to 64', text, '--students 2,3');
}

/** More than this at once is a slip of the finger. */
const mostSeeds = 1000;

/** `0-4`, `1,2,7-9` */
export function parseSeeds(text: string): readonly number[] {
  const seeds = text.split(',').flatMap((part): number[] => {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    if (from === undefined) return [Number.NaN];
    const [first, last] = [Number(from), Number(to ?? from)];
    const count = last - first + 1;
    return count < 1 || count > mostSeeds ? [Number.NaN] : Array.from({ length: count }, (_, i) => first + i);
  });
  if (seeds.every((seed) => Number.isSafeInteger(seed)) && !repeats(seeds)) return seeds;
  throw fault('--seeds to be different whole numbers from 0, or ranges of them', text, '--seeds 0-4');
}

/** How many runs at once: `4`; by default as many as the machine has processors. */
export function parseJobs(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const count = parseNumber(text);
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count;
  throw fault('--jobs to be a whole number from 1 to 256', text, '--jobs 2');
}

function repeats(values: readonly (string | number)[]): boolean {
  return new Set(values).size < values.length;
}

function fault(expected: string, got: string, example: string): ConfigError {
  return new ConfigError('rdml sweep', {
    expected,
    got: got === '' ? 'an empty value' : got.slice(0, 60),
    remedy: `For example: ${example}`,
  });
}
