import { checkOptions } from '@renyi/tensor';
import type { Rule } from './rule-optimizer.js';

/* The ranges that settings of optimizers share. */

/* What comes from elsewhere than TypeScript may be a word: '1' > 0 too. */
const isNumber = (x: unknown): boolean => typeof x === 'number';
const isFiniteNonNegative = (x: number): boolean => isNumber(x) && x >= 0 && x < Number.POSITIVE_INFINITY;

export const rate: Rule<number> = {
  range: 'above 0',
  isValid: (x) => isFiniteNonNegative(x) && x > 0,
  mayPassZero: true,
};
export const nonNegative: Rule<number> = { range: 'of at least 0', isValid: isFiniteNonNegative };
export const unit: Rule<number> = { range: 'in [0, 1]', isValid: (x) => isNumber(x) && x >= 0 && x <= 1 };
export const belowOne: Rule<number> = { range: 'in [0, 1)', isValid: (x) => isNumber(x) && x >= 0 && x < 1 };
export const flag: Rule<boolean> = { range: 'true or false', isValid: (x) => typeof x === 'boolean' };
export const betas: Rule<readonly [number, number]> = {
  range: 'of two numbers in [0, 1)',
  isValid: (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(belowOne.isValid),
};

/** The options, to be spread over the defaults. @throws ConfigError for what are none: a bare learning rate would be lost */
export function optionsOf<Options extends object>(name: string, options: Options): Options {
  checkOptions(name, options);
  return options;
}
