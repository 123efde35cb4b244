import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import * as primitives from '../primitives/triangular.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { reshape, transpose } from './rearrange.js';

/**
 * The Cholesky factor of symmetric positive definite matrices A [..., n, n]: the lower triangular L with a positive diagonal and
 * L Lᵀ = A, or with `upper` its transpose. Of A only the symmetric part (A + Aᵀ) / 2 counts, in the derivative as well.
 * Derivative, with Φ(X) the lower triangle of X and half of its diagonal: the symmetric part of L⁻ᵀ Φ(Lᵀ g) L⁻¹
 * (I. Murray, Differentiation of the Cholesky decomposition, 2016). Cost: n³ / 6 multiply-adds, in float64.
 * @throws ShapeError unless the matrices are square
 * @throws DomainError for a matrix that is not positive definite, with the row whose pivot shows it @see torch.linalg.cholesky
 *
 * @example
 * import { cholesky, tensor } from '@renyi/tensor';
 * console.log(cholesky(tensor([[4, 2], [2, 10]])).toArray()); // => [ [ 2, 0 ], [ 1, 3 ] ]
 */
export function cholesky(a: Tensor, options: { readonly upper?: boolean } = {}): Tensor {
  checkTensor('cholesky', a);
  checkOptions('cholesky', options);
  const lower = bind(primitives.cholesky, [a], noAttributes);
  return options.upper === true ? swapLast(lower) : lower;
}

/** Which triangle there is, and whether it is meant as it stands. */
export interface TriangularSolveOptions {
  /** The upper triangle; by default the lower one. The other one is not read. */
  readonly upper?: boolean;
  /** Aᵀ X = B in place of A X = B. */
  readonly transpose?: boolean;
  /** A diagonal of ones, whatever is there. */
  readonly unitDiagonal?: boolean;
}

/**
 * The solution X [..., n, m] of A X = B by substitution, where A [..., n, n] is triangular and B is [..., n, m], or one vector
 * [n]; leading axes are broadcast. Derivative: A⁻ᵀ g for B, and the triangle of -(A⁻ᵀ g) Xᵀ for A (M. Giles, An extended collection
 * of matrix derivative results, 2008, section 2.3). Cost: n² m / 2 multiply-adds, in float64.
 * @throws ShapeError where the extents do not belong together
 * @throws DomainError for a zero on the diagonal @see torch.linalg.solve_triangular, scipy.linalg.solve_triangular
 *
 * @example
 * import { tensor, triangularSolve } from '@renyi/tensor';
 * const l = tensor([[2, 0], [1, 4]]);
 * console.log(triangularSolve(l, tensor([2, 9])).toArray()); // => [ 1, 2 ]
 * console.log(triangularSolve(l, tensor([4, 8]), { transpose: true }).toArray()); // => [ 1, 2 ]
 */
export function triangularSolve(a: Tensor, b: Tensor, options: TriangularSolveOptions = {}): Tensor {
  checkTensor('triangularSolve', a);
  checkTensor('triangularSolve', b);
  checkOptions('triangularSolve', options);
  const { upper = false, transpose: isTransposed = false, unitDiagonal = false } = options;
  const matrix = isTransposed && a.rank > 1 ? swapLast(a) : a;
  const right = b.rank === 1 ? reshape(b, [b.size, 1]) : b;
  const x = bind(primitives.triangularSolve, [matrix, right], {
    upper: upper !== isTransposed,
    unitDiagonal,
  });
  return b.rank === 1 ? reshape(x, x.shape.slice(0, -1)) : x;
}

/** The transpose of each matrix. */
function swapLast(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
