import { div, expand, type Reductions, sum, where } from '@renyi/tensor';
import { attained } from '../attained.js';
import { restoreAxes } from '../axes.js';
import type { VjpTable } from '../vjp-rule.js';

/** Reductions. `vjp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const reductions: VjpTable<keyof Reductions> = {
  sum: [(_, { shape }, { axes }) => (g) => expand(restoreAxes(g, shape, axes), shape)],
  // Ties share the cotangent evenly, which is the mean of the one-sided derivatives.
  max: [
    (y, x, { axes }) => (g) => {
      const isMax = attained(y, x, axes);
      const share = div(restoreAxes(g, x.shape, axes), sum(isMax, { axis: axes, keepDims: true }));
      return where(isMax, share, 0);
    },
  ],
};
