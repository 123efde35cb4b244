import type { CalibrationBin } from '@renyi/nn';
import type { TrainingConfig } from './config.js';
import type { Evaluation } from './evaluation.js';
import type { Paired } from './paired.js';
import type { StudentStep } from './student-step.js';

export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** For each student the mean over the steps of the epoch. */
  readonly students: readonly StudentStep[];
  /** The cohort on the validation part. */
  readonly validation: Evaluation;
  /** The same students trained independently, on the validation part; without a baseline there are none. */
  readonly independent?: Evaluation;
  /** The scheduled settings as they were in the first step of the epoch. */
  readonly settings: ScheduledSettings;
}

export interface ScheduledSettings {
  readonly alpha: number;
  readonly lambda: number;
  readonly temperature: number;
  /** Of each student. */
  readonly learningRates: readonly number[];
}

export type TrainingEvent =
  | { readonly kind: 'step'; readonly step: number; readonly steps: number }
  | { readonly kind: 'epoch'; readonly report: EpochReport };

export interface TrainingResult {
  readonly config: TrainingConfig;
  /** Rows in each part. */
  readonly sizes: { readonly train: number; readonly validation: number; readonly test: number };
  /** The cohort on the test part, after the last epoch. */
  readonly test: Evaluation;
  /** The same students trained independently, on the test part; without a baseline there are none. */
  readonly independent?: Evaluation;
  /** On the test part after each of the last `config.lastEpochs` epochs, the last one last: to be averaged. */
  readonly last: readonly TestEvaluation[];
  /** On the test part with the weights of the epoch that was best on the validation part. */
  readonly best: { readonly cohort: BestEvaluation; readonly independent?: BestEvaluation };
  /** How sure the ensemble was and how right, on the test part. */
  readonly reliability: {
    readonly cohort: readonly CalibrationBin[];
    readonly independent?: readonly CalibrationBin[];
  };
  /** Mutual minus independent training, paired over the rows of the test part; without a baseline there is none. */
  readonly comparison?: RowComparison;
}

/** Two trainings of the same students, compared row by row. */
export interface RowComparison {
  /** The mean over the students. */
  readonly mean: { readonly accuracy: Paired; readonly nll: Paired };
  readonly ensemble: { readonly accuracy: Paired; readonly nll: Paired };
}

export interface TestEvaluation {
  readonly cohort: Evaluation;
  readonly independent?: Evaluation;
}

export interface BestEvaluation {
  readonly epoch: number;
  readonly test: Evaluation;
}
