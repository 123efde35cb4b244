import { pairedComparison } from '@renyi/rdml';
import { median } from '../statistics.js';

/** The samples of one task from one launch of both programs; those of a round stand at the same place. */
export interface LaunchSamples {
  readonly base: readonly number[];
  readonly now: readonly number[];
}

/** What is to be said about a task. */
export interface Verdict {
  readonly task: string;
  /** Its time now as a multiple of its time in the base. */
  readonly ratio: number;
  /** Ratios that the samples do not rule out: for all tasks together, with the probability 1 - level. */
  readonly lower: number;
  readonly upper: number;
  readonly change: 'slower' | 'faster' | 'none';
}

export interface VerdictOptions {
  /** How likely any change at all may be reported where there is none; 1 in 100 unless given. */
  readonly level?: number;
  /** Smaller changes are not reported, however sure: a link order or an address may do as much. */
  readonly least?: number;
}

/** The clock and the samplers resolve ratios to about so much. */
const resolution = 1e-3;

/**
 * Tells which tasks changed. In each launch, a task's logarithm of the ratio is the median over its rounds, in which load
 * cancels; launches differ by what a process is born with (addresses, what the compiler learned first), so they are the
 * independent measurements: Student's t of them, with the level divided by the number of tasks (Bonferroni), so that
 * *any* false report among all tasks has the probability `level`.
 */
export function verdicts(
  tasks: ReadonlyMap<string, readonly LaunchSamples[]>,
  { level = 0.01, least = 0.03 }: VerdictOptions = {},
): Verdict[] {
  const own = level / tasks.size;
  return [...tasks].map(([task, launches]) => {
    const logs = launches.map(logRatio).filter(Number.isFinite);
    if (logs.length < 2)
      return {
        task,
        ratio: Math.exp(logs[0] ?? Number.NaN),
        lower: 0,
        upper: Number.POSITIVE_INFINITY,
        change: 'none',
      };
    const { difference } = pairedComparison(
      logs,
      logs.map(() => 0),
      resolution,
    );
    const half = halfWidth(logs, difference, own);
    const [lower, upper] = [difference - half, difference + half].map(Math.exp) as [number, number];
    const isLarge = Math.abs(difference) > Math.log1p(least);
    const change = isLarge && lower > 1 ? 'slower' : isLarge && upper < 1 ? 'faster' : 'none';
    return { task, ratio: Math.exp(difference), lower, upper, change };
  });
}

function logRatio({ base, now }: LaunchSamples): number {
  const rounds = Math.min(base.length, now.length);
  return median(Array.from({ length: rounds }, (_, i) => Math.log((now[i] as number) / (base[i] as number))));
}

/** How far from the mean a ratio may be for the same test not to refuse it: found by halving. */
function halfWidth(logs: readonly number[], mean: number, level: number): number {
  const refuses = (distance: number): boolean =>
    pairedComparison(
      logs,
      logs.map(() => mean - distance),
      resolution,
    ).p < level;
  let [inside, outside] = [0, resolution];
  while (!refuses(outside) && outside < 1e6) [inside, outside] = [outside, 2 * outside];
  for (let i = 0; i < 25; i++) {
    const middle = (inside + outside) / 2;
    if (refuses(middle)) outside = middle;
    else inside = middle;
  }
  return outside;
}
