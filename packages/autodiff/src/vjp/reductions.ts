import { div, equal, expand, type Reductions, sum, where } from '@renyi/tensor';
import { restoreAxes } from '../axes.js';
import type { VjpTable } from '../vjp-rule.js';

/** Reductions. `vjp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const reductions: VjpTable<keyof Reductions> = {
  sum: [(_, { shape }, { axes }) => (g) => expand(restoreAxes(g, shape, axes), shape)],
  // Ties share the cotangent evenly, which is the mean of the one-sided derivatives. A NaN, which equals nothing, is
  // what attains a maximum of NaN.
  max: [
    (y, x, { axes }) => (g) => {
      const largest = restoreAxes(y, x.shape, axes);
      const attained = where(equal(largest, largest), equal(x, largest), equal(equal(x, x), 0));
      const share = div(restoreAxes(g, x.shape, axes), sum(attained, { axis: axes, keepDims: true }));
      return where(attained, share, 0);
    },
  ],
};
