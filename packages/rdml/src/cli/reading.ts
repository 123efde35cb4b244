import type { Paired, TrainingResult } from '../index.js';
import { decimal, signed } from './format.js';

/** Below this probability of chance alone a difference counts as found. */
export const significance = 0.05;

type Compared = Pick<TrainingResult, 'config' | 'sizes' | 'comparison'>;

/**
 * What the difference between mutual and independent training means, said honestly.
 *
 * Both trainings are tested on the same rows, so that the rows are compared one by one: the difference of the mean
 * accuracies has the standard error of the mean of the rows' differences. It is one seed: only runs with other seeds
 * tell what training itself varies by.
 */
export function reading({ config, sizes, comparison }: Compared): string {
  if (comparison === undefined) {
    return 'Without a baseline there is nothing to compare with: leave --no-baseline out.';
  }
  if (config.students === 1)
    return 'One student has no peers to learn from: both columns are the same training.';
  if (config.alpha === 0 || config.lambda === 0) {
    const why = config.alpha === 0 ? 'alpha 0 (the divergence vanishes)' : 'lambda 0';
    return `At ${why} students learn nothing from each other: both columns are the same training.`;
  }
  return (
    `${verdict(comparison.mean.accuracy)} (mean accuracy of mutual minus independent training, ` +
    `${plusMinus(comparison.mean.accuracy)} standard error, paired over ${sizes.test} test rows; ${pClause(comparison.mean.accuracy)}). ` +
    `One seed is no evidence: rdml sweep repeats over seeds.`
  );
}

/** Whether mutual training was better, worse, or neither as far as can be told. */
export function verdict({ difference, p }: Paired): string {
  if (p >= significance) return 'No difference found';
  return difference > 0
    ? 'Mutual training did better on these rows'
    : 'Mutual training did worse on these rows';
}

/** `+0.0042 ± 0.0051` */
function plusMinus({ difference, standardError }: Paired): string {
  return `${signed(difference, 4)} ± ${decimal(standardError, 4)}`;
}

/** `p = 0.41`, `p < 0.001` */
export function pClause(probability: Pick<Paired, 'p'>): string {
  const text = pText(probability);
  return text.startsWith('<') ? `p ${text}` : `p = ${text}`;
}

/** A probability as one says it: `0.41`, `0.003`, `< 0.001`. */
export function pText({ p }: Pick<Paired, 'p'>): string {
  if (p < 0.001) return '< 0.001';
  return p < 0.1 ? p.toFixed(3) : p.toFixed(2);
}
