import type { TrainingResult } from '../index.js';
import { decimal, signed } from './format.js';
import { meanScore } from './table.js';

/**
 * What the difference between mutual and independent training means, said honestly.
 *
 * The accuracy a on n independent rows is a binomial proportion, with standard error sqrt(a (1 - a) / n). Both
 * trainings are tested on the same rows, which makes their difference less noisy than two such errors together,
 * but it is one seed: only runs with other seeds tell what training itself varies by.
 */
export function reading({ config, sizes, test, independent }: TrainingResult): string {
  if (independent === undefined) {
    return 'Without a baseline there is nothing to compare with: leave --no-baseline out.';
  }
  if (config.students === 1)
    return 'One student has no peers to learn from: both columns are the same training.';
  if (config.alpha === 0 || config.lambda === 0) {
    const why = config.alpha === 0 ? 'alpha 0 (the divergence vanishes)' : 'lambda 0';
    return `At ${why} students learn nothing from each other: both columns are the same training.`;
  }
  const mutual = meanScore(test.students).accuracy;
  const alone = meanScore(independent.students).accuracy;
  const error = standardError((mutual + alone) / 2, sizes.test);
  const explained = Math.abs(mutual - alone) <= 2 * error;
  return (
    `With ${sizes.test} test rows the standard error of an accuracy of ${decimal(mutual, 3)} is ${decimal(error, 4)}: ` +
    `the difference of the means, ${signed(mutual - alone, 4)}, is ` +
    `${explained ? 'no more than' : 'more than'} a test part of this size explains by chance. One seed is no evidence: repeat with --seed 1, 2, ...`
  );
}

export function standardError(accuracy: number, rows: number): number {
  return Math.sqrt((accuracy * (1 - accuracy)) / rows);
}
