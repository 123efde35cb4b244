import type { Rule } from './rule-optimizer.js';

/* The ranges that settings of optimizers share. */

const isFiniteNonNegative = (x: number): boolean => x >= 0 && x < Number.POSITIVE_INFINITY;

export const rate: Rule<number> = {
  range: 'above 0',
  isValid: (x) => x > 0 && x < Number.POSITIVE_INFINITY,
  mayPassZero: true,
};
export const nonNegative: Rule<number> = { range: 'of at least 0', isValid: isFiniteNonNegative };
export const unit: Rule<number> = { range: 'in [0, 1]', isValid: (x) => x >= 0 && x <= 1 };
export const belowOne: Rule<number> = { range: 'in [0, 1)', isValid: (x) => x >= 0 && x < 1 };
export const flag: Rule<boolean> = { range: 'true or false', isValid: (x) => typeof x === 'boolean' };
export const betas: Rule<readonly [number, number]> = {
  range: 'of two numbers in [0, 1)',
  isValid: (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(belowOne.isValid),
};
