import type { AlongAxis } from '@renyi/tensor';
import { type JvpTable, linear } from '../jvp-rule.js';
import { nonDifferentiable } from '../vjp-rule.js';

/** Walks along an axis. `jvp-table.ts` says how to read a rule. */
export const alongAxis: JvpTable<keyof AlongAxis> = {
  argmax: nonDifferentiable,
  cumsum: linear,
  argsort: nonDifferentiable,
};
