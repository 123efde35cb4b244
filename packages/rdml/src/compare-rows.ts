import type { Dataset, Module } from '@renyi/nn';
import { type RowScores, rowScores } from './evaluation.js';
import { type Paired, pairedComparison } from './paired.js';
import type { RowComparison } from './training-events.js';

/** Accuracy and NLL of two groups of networks on the same rows: those of the first minus those of the second. */
export function compareRows(
  first: readonly Module[],
  second: readonly Module[],
  part: Dataset,
): RowComparison {
  const [a, b] = [rowScores(first, part), rowScores(second, part)];
  const compared = (x: RowScores, y: RowScores): { accuracy: Paired; nll: Paired } => ({
    accuracy: pairedComparison(x.accuracy, y.accuracy),
    nll: pairedComparison(x.nll, y.nll),
  });
  return { mean: compared(a.mean, b.mean), ensemble: compared(a.ensemble, b.ensemble) };
}
