import type { Evaluation } from '../../index.js';

/** An evaluation with these accuracies, and plain values elsewhere. */
export function evaluationOf(
  accuracies: readonly number[],
  ensemble: number,
  rest: Partial<Evaluation> = {},
): Evaluation {
  const assess = (accuracy: number) => ({ accuracy, nll: 1 - accuracy, calibrationError: 0.01 });
  return {
    students: accuracies.map(assess),
    ensemble: assess(ensemble),
    ensembleGain: 0.01,
    agreement: 0.9,
    divergence: 0.0123,
    divergences: accuracies.map(() => accuracies.map(() => 0.0123)),
    ...rest,
  };
}
