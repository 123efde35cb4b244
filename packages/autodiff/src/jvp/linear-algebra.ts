import type { LinearAlgebra } from '@renyi/tensor';
import { type JvpTable, linear } from '../jvp-rule.js';

/** Linear algebra. `jvp-table.ts` says how to read a rule. */
export const linearAlgebra: JvpTable<keyof LinearAlgebra> = {
  // d(AB) = dA B + A dB
  matmul: [linear, linear],
};
