import { type Dataset, ensembleScore, type Module, type Score, score } from '@renyi/nn';
import { mean, type Tensor } from '@renyi/tensor';
import { renyiDivergence } from './divergence.js';

/** How networks do on one part of the data, alone and together. */
export interface Evaluation {
  readonly students: readonly Score[];
  /** The mean of their probabilities as one prediction. */
  readonly ensemble: Score;
  /** The mean divergence over ordered pairs of students and rows, in nats; 0 for one student. */
  readonly divergence: number;
}

/** Evaluates networks in evaluation mode, and leaves them, and each module in them, in the mode in which they were. */
export function evaluate(modules: readonly Module[], part: Dataset, alpha: number): Evaluation {
  const { inputs, labels } = part.tensors();
  const logits = modules.map((module) => predict(module, inputs));
  let total = 0;
  for (const [j, p] of logits.entries()) {
    for (const [k, q] of logits.entries()) if (j !== k) total += mean(renyiDivergence(p, q, alpha)).item();
  }
  const pairs = logits.length * (logits.length - 1);
  return {
    students: logits.map((own) => score(own, labels)),
    ensemble: ensembleScore(logits, labels),
    divergence: pairs === 0 ? 0 : total / pairs,
  };
}

function predict(module: Module, inputs: Tensor): Tensor {
  const modes = module.modules().map((part) => [part, part.training] as const);
  try {
    return module.eval().forward(inputs);
  } finally {
    for (const [part, training] of modes) part.training = training;
  }
}
