/**
 * Rényi divergence deep mutual learning.
 * @packageDocumentation
 */
export { type CalibrationBin, calibration, calibrationError } from './calibration.js';
export { Cohort, type CohortOptions, type Student } from './cohort.js';
export {
  defaultConfig,
  parseConfig,
  type StudentConfig,
  type TrainingConfig,
  type TrainingOverrides,
} from './config.js';
export { type DivergedDetails, DivergedError, type StudentStep } from './diverged-error.js';
export { renyiDivergence, textbookRenyiDivergence } from './divergence.js';
export {
  type Assessment,
  ensembleProbabilities,
  type Evaluation,
  evaluate,
  reliability,
} from './evaluation.js';
export type { CompleteLink, Link, Topology } from './links.js';
export { type Annealing, type Position, type Schedule, valueAt } from './schedule.js';
export { type Scaling, standardize } from './standardize.js';
export {
  type BestEvaluation,
  type EpochReport,
  type ScheduledSettings,
  type StudentFactory,
  type TestEvaluation,
  Training,
  type TrainingEvent,
  type TrainingProgress,
  type TrainingResult,
  type TrainingState,
} from './training.js';
export type { GroupState } from './training-group.js';
