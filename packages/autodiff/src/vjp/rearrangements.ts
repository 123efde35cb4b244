import { type Rearrangements, reshape, transpose } from '@renyi/tensor';
import { sumTo } from '../sum-to.js';
import type { VjpTable } from '../vjp-rule.js';

/** Rearrangements, which move elements and change none. `vjp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const rearrangements: VjpTable<keyof Rearrangements> = {
  reshape: [(_, { shape }) => (g) => reshape(g, shape)],
  transpose: [(_, _x, { axes }) => (g) => transpose(g, axes.map((_axis, i) => axes.indexOf(i)))],
  expand: [(_, { shape }) => (g) => sumTo(g, shape)],
};
