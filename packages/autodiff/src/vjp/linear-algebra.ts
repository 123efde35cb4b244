import { type LinearAlgebra, matmul } from '@renyi/tensor';
import { swapLast } from '../axes.js';
import { sumTo } from '../sum-to.js';
import type { VjpTable } from '../vjp-rule.js';

/** Linear algebra. `vjp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const linearAlgebra: VjpTable<keyof LinearAlgebra> = {
  // d(AB) = dA B + A dB, so <G, dA B> = <G Bᵀ, dA> and <G, A dB> = <Aᵀ G, dB>; batch axes may be broadcast.
  matmul: [
    (_, { shape }, b) => (g) => sumTo(matmul(g, swapLast(b)), shape),
    (_, a, { shape }) => (g) => sumTo(matmul(swapLast(a), g), shape),
  ],
};
