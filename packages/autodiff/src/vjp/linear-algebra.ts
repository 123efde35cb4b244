import { type LinearAlgebra, matmul, neg, type Tensor, triangularSolve } from '@renyi/tensor';
import { swapLast } from '../axes.js';
import { sumTo } from '../sum-to.js';
import { lowerHalf, symmetric, triangleOf } from '../triangles.js';
import type { VjpTable } from '../vjp-rule.js';

/** L⁻ᵀ X */
const solveTransposed = (l: Tensor, x: Tensor): Tensor => triangularSolve(l, x, { transpose: true });

/** Linear algebra. `vjp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const linearAlgebra: VjpTable<keyof LinearAlgebra> = {
  // d(AB) = dA B + A dB, so <G, dA B> = <G Bᵀ, dA> and <G, A dB> = <Aᵀ G, dB>; batch axes may be broadcast.
  matmul: [
    (_, { shape }, b) => (g) => sumTo(matmul(g, swapLast(b)), shape),
    (_, a, { shape }) => (g) => sumTo(matmul(swapLast(a), g), shape),
  ],
  // dL = L Φ(L⁻¹ dA L⁻ᵀ), and Φ is its own adjoint: L⁻ᵀ Φ(Lᵀ G) L⁻¹ (I. Murray, Differentiation of the Cholesky decomposition, 2016).
  cholesky: [
    (l) => (g) => {
      const left = solveTransposed(l, lowerHalf(matmul(swapLast(l), g)));
      return symmetric(swapLast(solveTransposed(l, swapLast(left))));
    },
  ],
  // A dX = dB - dA X, so the cotangent of B is A⁻ᵀ G, and that of A is -(A⁻ᵀ G) Xᵀ where A is read (M. Giles, An extended
  // collection of matrix derivative results for forward and reverse mode algorithmic differentiation, 2008, section 2.3).
  triangularSolve: [
    (x, a, _b, attributes) => (g) => {
      const atB = triangularSolve(a, g, { ...attributes, transpose: true });
      return sumTo(neg(triangleOf(matmul(atB, swapLast(x)), attributes)), a.shape);
    },
    (_, a, { shape }, attributes) => (g) =>
      sumTo(triangularSolve(a, g, { ...attributes, transpose: true }), shape),
  ],
};
