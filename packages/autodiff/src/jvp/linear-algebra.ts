import { bind, type LinearAlgebra, matmul, neg, primitives, triangularSolve } from '@renyi/tensor';
import { swapLast } from '../axes.js';
import { type JvpTable, linear } from '../jvp-rule.js';
import { lowerHalf, symmetric, triangleOf } from '../triangles.js';

/** Linear algebra. `jvp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const linearAlgebra: JvpTable<keyof LinearAlgebra> = {
  // d(AB) = dA B + A dB
  matmul: [linear, linear],
  // dL = L Φ(L⁻¹ dA L⁻ᵀ)
  cholesky: [
    (t, l) => {
      const left = triangularSolve(l, symmetric(t));
      return matmul(l, lowerHalf(triangularSolve(l, swapLast(left))));
    },
  ],
  // dX = A⁻¹ (dB - dA X)
  triangularSolve: [
    (t, x, a, _b, attributes) =>
      neg(bind(primitives.triangularSolve, [a, matmul(triangleOf(t, attributes), x)], attributes)),
    linear,
  ],
};
