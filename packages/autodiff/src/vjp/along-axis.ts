import { type AlongAxis, cumsum } from '@renyi/tensor';
import { nonDifferentiable, type VjpTable } from '../vjp-rule.js';

/** Walks along an axis. `vjp-table.ts` says how to read a rule. */
export const alongAxis: VjpTable<keyof AlongAxis> = {
  argmax: nonDifferentiable,
  // x_j is in the sums from the j-th on.
  cumsum: [
    (_, _x, { axis, reverse }) =>
      (g) =>
        cumsum(g, { axis, reverse: !reverse }),
  ],
  argsort: nonDifferentiable,
};
