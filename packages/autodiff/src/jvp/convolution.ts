import type { Convolutions } from '@renyi/tensor';
import { type JvpTable, linear } from '../jvp-rule.js';

/** Convolution and its adjoints, linear in each operand. `jvp-table.ts` says how to read a rule. */
export const convolutions: JvpTable<keyof Convolutions> = {
  conv2d: [linear, linear],
  conv2dGradInput: [linear, linear],
  conv2dGradWeight: [linear, linear],
};
