import { promote } from '../dtype.js';
import { ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { broadcastShapes, formatShape } from '../shape.js';

/** Matrix product of [..., m, k] and [..., k, n]; leading axes are broadcast. Accumulates in float64. */
export const matmul: Primitive<'matmul'> = {
  name: 'matmul',
  shape: ([a, b]) => {
    if (a.rank < 2 || b.rank < 2) {
      throw new ShapeError('matmul', {
        expected: 'operands with at least 2 axes, [..., m, k] and [..., k, n]',
        got: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
        remedy: 'Reshape a vector to [1, n] or [n, 1]',
      });
    }
    const inner = a.shape[a.rank - 1] as number;
    if (inner !== b.shape[b.rank - 2]) {
      throw new ShapeError('matmul', {
        expected: 'inner extents that agree, [..., m, k] and [..., k, n]',
        got: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
        difference: `k is ${inner} and ${b.shape[b.rank - 2]}`,
        remedy:
          b.shape[b.rank - 1] === inner
            ? 'Transpose the second operand'
            : 'Check which axis holds the features',
      });
    }
    const batch = a.rank === 2 && b.rank === 2 ? [] : broadcastShapes('matmul', a.shape, b.shape, 2);
    return [...batch, a.shape[a.rank - 2] as number, b.shape[b.rank - 1] as number];
  },
  dtype: ([a, b]) => {
    const dtype = promote(a.dtype, b.dtype);
    return dtype === 'bool' ? 'int32' : dtype;
  },
  broadcasts: false,
};
