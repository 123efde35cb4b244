import type { Indexing } from '@renyi/tensor';
import { type JvpTable, linear } from '../jvp-rule.js';
import { nonDifferentiable } from '../vjp-rule.js';

/** Indexing along an axis. `jvp-table.ts` says how to read a rule. */
export const indexing: JvpTable<keyof Indexing> = {
  gather: linear,
  scatterAdd: linear,
  oneHot: nonDifferentiable,
};
