import type {
  Assessment,
  BestEvaluation,
  CalibrationBin,
  Evaluation,
  RowComparison,
  TrainingConfig,
  TrainingResult,
} from '../index.js';

/** What `--json` prints and result.json holds. */
export interface RunReport extends CohortReport {
  readonly config: TrainingConfig;
  /** The same students trained without each other; without a baseline there are none. */
  readonly independent?: CohortReport;
  /** Mutual minus independent training, paired over the test rows. */
  readonly comparison?: RowComparison;
  /** Rows in each part of the data. */
  readonly sizes: TrainingResult['sizes'];
  readonly run: { readonly folder: string; readonly seconds: number; readonly version: string };
}

export interface CohortReport {
  readonly students: readonly TestScore[];
  readonly ensemble: TestScore;
  readonly ensembleGain: number;
  readonly agreement: number;
  readonly divergence: number;
  /** Mean test scores over the last epochs, as many as the configuration says. */
  readonly lastEpochs: MeanScore;
  /** Test scores with the weights of the epoch that was best on the validation part. */
  readonly bestEpoch: MeanScore & { readonly epoch: number };
  /** Bins of a reliability diagram of the ensemble, on the test part. */
  readonly reliability: readonly CalibrationBin[];
}

export interface TestScore {
  readonly testAccuracy: number;
  readonly testNll: number;
  readonly testCalibrationError: number;
}

/** A mean over the students, and their ensemble. */
interface MeanScore {
  readonly mean: TestScore;
  readonly ensemble: TestScore;
}

export function runReport(result: TrainingResult, run: RunReport['run']): RunReport {
  const { config, sizes, last, best, reliability, comparison } = result;
  const independentLast = last.flatMap(({ independent }) => (independent === undefined ? [] : [independent]));
  return {
    config,
    ...cohortReport(
      last.map(({ cohort }) => cohort),
      best.cohort,
      reliability.cohort,
    ),
    ...(best.independent && {
      independent: cohortReport(independentLast, best.independent, reliability.independent ?? []),
    }),
    ...(comparison && { comparison }),
    sizes,
    run,
  };
}

function cohortReport(
  last: readonly Evaluation[],
  best: BestEvaluation,
  bins: readonly CalibrationBin[],
): CohortReport {
  const { students, ensemble, ensembleGain, agreement, divergence } = last.at(-1) as Evaluation;
  return {
    students: students.map(testScore),
    ensemble: testScore(ensemble),
    ensembleGain,
    agreement,
    divergence,
    lastEpochs: {
      mean: meanScore(last.flatMap((evaluation) => evaluation.students)),
      ensemble: meanScore(last.map((evaluation) => evaluation.ensemble)),
    },
    bestEpoch: {
      epoch: best.epoch,
      mean: meanScore(best.test.students),
      ensemble: testScore(best.test.ensemble),
    },
    reliability: bins,
  };
}

function testScore({ accuracy, nll, calibrationError }: Assessment): TestScore {
  return { testAccuracy: accuracy, testNll: nll, testCalibrationError: calibrationError };
}

function meanScore(scores: readonly Assessment[]): TestScore {
  const mean = (key: keyof Assessment): number =>
    scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return {
    testAccuracy: mean('accuracy'),
    testNll: mean('nll'),
    testCalibrationError: mean('calibrationError'),
  };
}
