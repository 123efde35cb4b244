import { add, mul, type Tensor, tril, triu } from '@renyi/tensor';
import { swapLast } from './axes.js';

/** (X + Xᵀ) / 2 of each matrix. */
export function symmetric(x: Tensor): Tensor {
  return mul(add(x, swapLast(x)), 0.5);
}

/** The lower triangle and half of the diagonal: Murray's Φ, which takes L⁻¹ dL + (L⁻¹ dL)ᵀ to L⁻¹ dL. */
export function lowerHalf(x: Tensor): Tensor {
  return mul(add(tril(x), tril(x, { diagonal: -1 })), 0.5);
}

/** What a triangular solve reads of its matrix, and 0 elsewhere. */
export function triangleOf(
  x: Tensor,
  { upper, unitDiagonal }: { readonly upper: boolean; readonly unitDiagonal: boolean },
): Tensor {
  if (upper) return triu(x, { diagonal: unitDiagonal ? 1 : 0 });
  return tril(x, { diagonal: unitDiagonal ? -1 : 0 });
}
