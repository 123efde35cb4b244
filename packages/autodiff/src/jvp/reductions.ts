import { div, type Reductions, sum, where } from '@renyi/tensor';
import { attained } from '../attained.js';
import { type JvpTable, linear } from '../jvp-rule.js';

/** Reductions. `jvp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const reductions: JvpTable<keyof Reductions> = {
  sum: linear,
  // The mean of the tangents where the maximum is attained.
  max: [
    (t, y, x, { axes, keepDims }) => {
      const isMax = attained(y, x, axes);
      return div(sum(where(isMax, t, 0), { axis: axes, keepDims }), sum(isMax, { axis: axes, keepDims }));
    },
  ],
};
