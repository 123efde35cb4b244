/**
 * Rényi divergence deep mutual learning.
 * @packageDocumentation
 */
export { Cohort, type CohortOptions, DivergedError, type Student, type StudentStep } from './cohort.js';
export { defaultConfig, parseConfig, type TrainingConfig, type TrainingOverrides } from './config.js';
export { renyiDivergence, textbookRenyiDivergence } from './divergence.js';
export { type Evaluation, evaluate } from './evaluation.js';
export { type EpochReport, Training, type TrainingEvent, type TrainingResult } from './training.js';
