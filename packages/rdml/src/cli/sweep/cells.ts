import { holm, meanAndError, type Paired, pairedComparison, type Schedule } from '../../index.js';
import type { RunReport } from '../result.js';
import type { SweepJob } from './plan.js';

/** What became of a run: its result, or why there is none. */
export type Outcome = { readonly result: RunReport } | { readonly diverged: string };

/** A mean over seeds and its standard error. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/** All runs of one setting, over its seeds. */
export interface SweepCell {
  readonly size: number;
  /** Undefined for independent training. */
  readonly alpha: Schedule | undefined;
  /** Of the runs that came to their end. */
  readonly seeds: readonly number[];
  /** How many diverged. */
  readonly diverged: number;
  readonly measures: Readonly<Record<Measure, Estimate>>;
  /** This setting minus independent training, paired by seed; for independent training there is none. */
  readonly differences?: Readonly<Record<'accuracy' | 'nll', Paired>>;
  /** The probability of chance for the accuracy, counted together with all other settings of the sweep. */
  readonly adjustedP?: number;
}

export type Measure = keyof typeof measures;

/** What is measured of each run on its test part: means of its last epochs, or at its end. */
const measures = {
  accuracy: ({ lastEpochs }: RunReport): number => lastEpochs.mean.testAccuracy,
  nll: ({ lastEpochs }: RunReport): number => lastEpochs.mean.testNll,
  ensembleAccuracy: ({ lastEpochs }: RunReport): number => lastEpochs.ensemble.testAccuracy,
  ensembleNll: ({ lastEpochs }: RunReport): number => lastEpochs.ensemble.testNll,
  bestEpochAccuracy: ({ bestEpoch }: RunReport): number => bestEpoch.mean.testAccuracy,
  calibrationError: ({ lastEpochs }: RunReport): number => lastEpochs.mean.testCalibrationError,
  ensembleGain: ({ lastEpochs }: RunReport): number =>
    lastEpochs.ensemble.testAccuracy - lastEpochs.mean.testAccuracy,
  agreement: ({ agreement }: RunReport): number => agreement,
  divergence: ({ divergence }: RunReport): number => divergence,
} as const;

/** The cells of a sweep: for each size independent training, then the orders as they were given. */
export function sweepCells(
  jobs: readonly SweepJob[],
  outcomes: ReadonlyMap<string, Outcome>,
): readonly SweepCell[] {
  const cells = [...grouped(jobs).values()].map((group) => cellOf(group, jobs, outcomes));
  const compared = cells.filter(({ differences }) => differences !== undefined);
  const adjusted = holm(compared.map(({ differences }) => differences?.accuracy.p ?? 1));
  return cells.map((cell) => {
    const place = compared.indexOf(cell);
    return place < 0 ? cell : { ...cell, adjustedP: adjusted[place] as number };
  });
}

function cellOf(
  group: readonly SweepJob[],
  jobs: readonly SweepJob[],
  outcomes: ReadonlyMap<string, Outcome>,
): SweepCell {
  const [{ size, alpha }] = group as [SweepJob];
  const runs = group.flatMap((job) => {
    const outcome = outcomes.get(job.id);
    return outcome !== undefined && 'result' in outcome ? [{ seed: job.seed, result: outcome.result }] : [];
  });
  const estimates = Object.entries(measures).map(([name, measure]) => {
    const { mean, standardError } = meanAndError(runs.map(({ result }) => measure(result)));
    return [name, { mean, standardError }] as const;
  });
  const cell: SweepCell = {
    size,
    alpha,
    seeds: runs.map(({ seed }) => seed),
    diverged: group.filter(({ id }) => 'diverged' in (outcomes.get(id) ?? {})).length,
    measures: Object.fromEntries(estimates) as Record<Measure, Estimate>,
  };
  if (alpha === undefined) return cell;
  const pairs = runs.flatMap(({ seed, result }) => {
    const alone = jobs.find((job) => job.size === size && job.seed === seed && job.alpha === undefined);
    const outcome = alone && outcomes.get(alone.id);
    return outcome !== undefined && 'result' in outcome ? [{ result, alone: outcome.result }] : [];
  });
  const first = pairs[0]?.result;
  if (first === undefined) return cell;
  // A mean over students and epochs moves in steps of one row of one student in one epoch.
  const { sizes, config } = first;
  const resolution = 1 / (sizes.test * size * Math.min(config.lastEpochs, config.epochs));
  const compare = (measure: 'accuracy' | 'nll', step: number): Paired =>
    pairedComparison(
      pairs.map(({ result }) => measures[measure](result)),
      pairs.map(({ alone }) => measures[measure](alone)),
      step,
    );
  return { ...cell, differences: { accuracy: compare('accuracy', resolution), nll: compare('nll', 0) } };
}

function keyOf({ size, alpha }: SweepJob): string {
  return `${size} ${alpha === undefined ? '' : JSON.stringify(alpha === Number.POSITIVE_INFINITY ? 'inf' : alpha)}`;
}

function grouped(jobs: readonly SweepJob[]): Map<string, SweepJob[]> {
  const groups = new Map<string, SweepJob[]>();
  for (const job of jobs) groups.set(keyOf(job), [...(groups.get(keyOf(job)) ?? []), job]);
  return groups;
}
