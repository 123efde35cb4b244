import { expand, gather, type Indexing, scatterAdd, zeros } from '@renyi/tensor';
import { nonDifferentiable, type VjpTable } from '../vjp-rule.js';

/** Indexing along an axis. `vjp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const indexing: VjpTable<keyof Indexing> = {
  gather: [
    (_, { shape, dtype, storage: { backend } }, indices, { axis }) => (g) =>
      scatterAdd(expand(zeros([], { dtype, backend }), shape), indices, g, axis),
    nonDifferentiable,
  ],
  scatterAdd: [() => (g) => g, nonDifferentiable, (_, _x, indices, _u, { axis }) => (g) => gather(g, indices, axis)],
  oneHot: nonDifferentiable,
};
