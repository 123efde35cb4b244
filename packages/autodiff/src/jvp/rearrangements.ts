import { embed, type Rearrangements } from '@renyi/tensor';
import { type JvpTable, linear } from '../jvp-rule.js';

/** Rearrangements, which move elements and change none. `jvp-table.ts` says how to read a rule. */
export const rearrangements: JvpTable<keyof Rearrangements> = {
  reshape: linear,
  transpose: linear,
  expand: linear,
  slice: linear,
  // What fills the gaps stands still.
  embed: [(t, _y, _x, { shape, starts, steps }) => embed(t, shape, { starts, steps })],
  concat: linear,
};
