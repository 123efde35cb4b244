import { promote } from '../dtype.js';
import { ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { broadcastShapes, formatShape, type Shape } from '../shape.js';

/** Matrix product of [..., m, k] and [..., k, n]; leading axes are broadcast. Accumulates in float64. */
export const matmul: Primitive<'matmul'> = {
  name: 'matmul',
  shape: ([a, b]) => {
    if (a.rank < 2 || b.rank < 2) {
      throw new ShapeError('matmul', {
        expected: 'operands with at least 2 axes, [..., m, k] and [..., k, n]',
        got: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      });
    }
    checkInner(a.shape, b.shape);
    const batch = a.rank === 2 && b.rank === 2 ? [] : broadcastShapes('matmul', a.shape, b.shape, 2);
    return [...batch, a.shape[a.rank - 2] as number, b.shape[b.rank - 1] as number];
  },
  dtype: ([a, b]) => {
    const dtype = promote(a.dtype, b.dtype);
    return dtype === 'bool' ? 'int32' : dtype;
  },
  broadcasts: false,
};

/** @throws ShapeError unless what is summed over has one extent: the last axis of a, and the last but one of b or the only one. */
export function checkInner(a: Shape, b: Shape): void {
  const inner = a[a.length - 1] as number;
  const other = b[Math.max(b.length - 2, 0)] as number;
  if (inner === other) return;
  const form = (shape: Shape, matrix: string): string => (shape.length === 1 ? '[k]' : matrix);
  throw new ShapeError('matmul', {
    expected: `inner extents that agree, ${form(a, '[..., m, k]')} and ${form(b, '[..., k, n]')}`,
    got: `${formatShape(a)} and ${formatShape(b)}`,
    difference: `k is ${inner} and ${other}`,
    remedy:
      b.length > 1 && b[b.length - 1] === inner
        ? 'Transpose the second operand'
        : 'Check which axis holds the features',
  });
}
