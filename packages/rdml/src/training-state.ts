import type { StateDict } from '@renyi/nn';
import type { GeneratorState } from '@renyi/tensor';
import type { StudentStep } from './student-step.js';
import type { EpochReport, TestEvaluation } from './training-events.js';
import type { GroupState } from './training-group.js';

/** All that a run has become so far: with its configuration and data, enough to go on bit for bit. */
export interface TrainingState {
  /** Weights and what optimizers remember, of the cohort and of the independent students. */
  readonly tensors: StateDict;
  /** Plain data; it may hold infinities and NaN. */
  readonly progress: TrainingProgress;
}

export interface TrainingProgress {
  /** How many epochs are finished. */
  readonly epoch: number;
  /** How many steps of the next one are. */
  readonly batch: number;
  /** The generator of the order of rows, as it was before the first epoch that is not finished. */
  readonly order: GeneratorState;
  /** For each student the sum over the steps of the epoch that is not finished. */
  readonly sums: readonly StudentStep[];
  readonly history: readonly EpochReport[];
  readonly last: readonly TestEvaluation[];
  readonly cohort: GroupState;
  readonly independent: GroupState | null;
}
