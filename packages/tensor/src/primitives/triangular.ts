import { promote, toFloat } from '../dtype.js';
import { ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { broadcastShapes, formatShape, type Shape } from '../shape.js';

/** @throws ShapeError unless the last two extents are equal. */
function checkSquare(operation: string, shape: Shape): void {
  if (shape.length < 2 || shape[shape.length - 1] !== shape[shape.length - 2]) {
    throw new ShapeError(operation, { expected: 'square matrices [..., n, n]', got: formatShape(shape) });
  }
}

/** L, lower triangular with a positive diagonal, of the symmetric part (A + Aᵀ) / 2 = L Lᵀ of each matrix. */
export const cholesky: Primitive<'cholesky'> = {
  name: 'cholesky',
  shape: ([a]) => {
    checkSquare('cholesky', a.shape);
    return a.shape;
  },
  dtype: ([a]) => toFloat(a.dtype),
  broadcasts: false,
};

/** X of A X = B, where A is the lower or upper triangle of what is given, the diagonal taken for ones if it says so. */
export const triangularSolve: Primitive<'triangularSolve'> = {
  name: 'triangularSolve',
  shape: ([a, b]) => {
    checkSquare('triangularSolve', a.shape);
    const n = a.shape[a.rank - 1] as number;
    if (b.rank < 2 || b.shape[b.rank - 2] !== n) {
      throw new ShapeError('triangularSolve', {
        expected: `a right side [..., ${n}, m] for matrices ${formatShape(a.shape)}`,
        got: formatShape(b.shape),
      });
    }
    const batch = broadcastShapes('triangularSolve', a.shape, b.shape, 2);
    return [...batch, n, b.shape[b.rank - 1] as number];
  },
  dtype: ([a, b]) => toFloat(promote(a.dtype, b.dtype)),
  broadcasts: false,
};
