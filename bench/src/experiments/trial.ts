import { loadDigits } from '@renyi/nn/digits';
import { meanAndError, Training, type TrainingOverrides, type TrainingResult } from '@renyi/rdml';

/** What a run comes to on its test part: means over students and the last epochs. */
export interface Trial {
  readonly accuracy: number;
  readonly nll: number;
  readonly ensembleAccuracy: number;
  readonly ensembleGain: number;
  readonly agreement: number;
  readonly divergence: number;
  /** Whether every loss on the way and every weight at the end is finite. */
  readonly isFinite: boolean;
}

/** Two networks 64-64-10 on the digits, 80 % of them to train on, as in the common reference training of this method. */
export const reference: TrainingOverrides = {
  students: 2,
  hidden: [64],
  epochs: 30,
  batchSize: 64,
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 5e-4,
  testFraction: 0.2,
  // Nothing is chosen by the validation part: it is as small as it may be.
  validationFraction: 0.005,
  lastEpochs: 5,
  baseline: false,
};

/** The same with about 200 rows to train on. */
export const fewRows: TrainingOverrides = { ...reference, learningRate: 0.02, validationFraction: 0.688 };

const digits = await loadDigits();

export function train(overrides: TrainingOverrides): { training: Training; result: TrainingResult } {
  const training = new Training(overrides, digits);
  const run = training.run();
  for (;;) {
    const next = run.next();
    if (next.done === true) return { training, result: next.value as TrainingResult };
  }
}

export function trial(overrides: TrainingOverrides): Trial {
  const { training, result } = train(overrides);
  const last = result.last.map(({ cohort }) => cohort);
  const mean = (values: readonly number[]): number => meanAndError(values).mean;
  const students = last.flatMap((evaluation) => evaluation.students);
  const losses = training.history.flatMap((report) => report.students.map(({ loss }) => loss));
  const weights = training.weights().flatMap((state) => Object.values(state));
  return {
    accuracy: mean(students.map(({ accuracy }) => accuracy)),
    nll: mean(students.map(({ nll }) => nll)),
    ensembleAccuracy: mean(last.map(({ ensemble }) => ensemble.accuracy)),
    ensembleGain: mean(last.map(({ ensembleGain }) => ensembleGain)),
    agreement: mean(last.map(({ agreement }) => agreement)),
    divergence: mean(last.map(({ divergence }) => divergence)),
    isFinite: losses.every(Number.isFinite) && weights.every((x) => x.dataSync().every(Number.isFinite)),
  };
}
