/**
 * Rényi divergence deep mutual learning.
 * @packageDocumentation
 */
export { type CalibrationBin, calibration, calibrationError } from '@renyi/nn';
export { Cohort, type CohortOptions, type Student } from './cohort.js';
export {
  defaultConfig,
  parseConfig,
  type StudentConfig,
  studentConfig,
  type TrainingConfig,
  type TrainingOverrides,
} from './config.js';
export type { DataParts } from './data-parts.js';
export { type DivergedDetails, DivergedError } from './diverged-error.js';
export { renyiDivergence, textbookRenyiDivergence } from './divergence.js';
export {
  chiSquareDivergence,
  jensenShannonDivergence,
  klDivergence,
  reverseKlDivergence,
  squaredHellingerDistance,
  tsallisDivergence,
} from './divergences.js';
export {
  type Assessment,
  ensembleProbabilities,
  ensembleProbabilitiesAsync,
  type Evaluation,
  evaluate,
  evaluateAsync,
  type GroupRowScores,
  reliability,
  reliabilityAsync,
  type RowScores,
  rowScores,
} from './evaluation.js';
export type { CompleteLink, Link, Topology } from './links.js';
export { holm, meanAndError, type Paired, pairedComparison } from './paired.js';
export {
  type Augmentation,
  inputOf,
  type ModelInput,
  modelNames,
  modelOf,
  type ModelName,
  type ModelSetting,
  type NamedModel,
  type TextSetting,
} from './model-setting.js';
export { newOptimizer, newPerceptron, type RowKind, type StudentFactory } from './perceptron.js';
export { epochs, type RunOptions, runToEnd, type StopSignal } from './run-training.js';
export { type Annealing, type Position, type Schedule, valueAt } from './schedule.js';
export { type Scaling, standardize } from './standardize.js';
export type { StudentStep } from './student-step.js';
export { Training, type TrainingOptions } from './training.js';
export type {
  BestEvaluation,
  EpochReport,
  RowComparison,
  ScheduledSettings,
  TestEvaluation,
  TrainingEvent,
  TrainingResult,
} from './training-events.js';
export type { GroupState } from './training-group.js';
export type { TrainingProgress, TrainingState } from './training-state.js';
