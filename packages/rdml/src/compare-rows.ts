import type { Dataset, Module } from '@renyi/nn';
import { type RowScores, scoringOfRows } from './evaluation.js';
import { type Paired, pairedComparison } from './paired.js';
import type { Reading } from './reading.js';
import type { RowComparison } from './training-events.js';

/** Accuracy and NLL of two groups of networks on the same rows: those of the first minus those of the second. */
export function* compareRows(
  first: readonly Module[],
  second: readonly Module[],
  part: Dataset,
): Reading<RowComparison> {
  const [a, b] = [yield* scoringOfRows(first, part), yield* scoringOfRows(second, part)];
  const compared = (x: RowScores, y: RowScores): { accuracy: Paired; nll: Paired } => ({
    accuracy: pairedComparison(x.accuracy, y.accuracy),
    nll: pairedComparison(x.nll, y.nll),
  });
  return { mean: compared(a.mean, b.mean), ensemble: compared(a.ensemble, b.ensemble) };
}
