import { bind, embed, primitives, type Rearrangements, reshape, slice, transpose } from '@renyi/tensor';
import { sumTo } from '../sum-to.js';
import type { VjpTable } from '../vjp-rule.js';

/** Rearrangements, which move elements and change none. `vjp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const rearrangements: VjpTable<keyof Rearrangements> = {
  reshape: [(_, { shape }) => (g) => reshape(g, shape)],
  transpose: [(_, _x, { axes }) => (g) => transpose(g, axes.map((_axis, i) => axes.indexOf(i)))],
  expand: [(_, { shape }) => (g) => sumTo(g, shape)],
  slice: [(_, { shape }, { starts, steps }) => (g) => embed(g, shape, { starts, steps })],
  embed: [(_, { shape }, { starts, steps }) => (g) => bind(primitives.slice, [g], { starts, sizes: shape, steps })],
  concat: (_, inputs, { axis }) => {
    const ends: number[] = [];
    for (const { shape } of inputs) ends.push((ends.at(-1) ?? 0) + (shape[axis] as number));
    return (index) => (g) => slice(g, { axis, start: ends[index - 1] ?? 0, stop: ends[index] as number });
  },
};
