import { ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { checkShape, formatShape, sizeOf } from '../shape.js';

/** The same elements in the same row-major order under another shape. */
export const reshape: Primitive<'reshape'> = {
  name: 'reshape',
  shape: ([x], { shape }) => {
    checkShape('reshape', shape);
    if (sizeOf(shape) !== x.size) {
      throw new ShapeError('reshape', {
        expected: `a shape of ${x.size} elements, as ${formatShape(x.shape)} has`,
        got: formatShape(shape),
        difference: `that is ${sizeOf(shape)} elements`,
      });
    }
    return shape;
  },
  dtype: ([x]) => x.dtype,
  broadcasts: false,
};

/** Axis i of the result is axis `axes[i]` of the operand. */
export const transpose: Primitive<'transpose'> = {
  name: 'transpose',
  shape: ([x], { axes }) => {
    const isPermutation = axes.length === x.rank && new Set(axes).size === x.rank;
    if (!isPermutation || axes.some((axis) => x.shape[axis] === undefined)) {
      throw new ShapeError('transpose', {
        expected: `each axis of ${formatShape(x.shape)} once`,
        got: `axes ${formatShape(axes)}`,
      });
    }
    return axes.map((axis) => x.shape[axis] as number);
  },
  dtype: ([x]) => x.dtype,
  broadcasts: false,
};

/** Repeats extents of 1, and missing leading axes, up to `shape`, without copying. */
export const expand: Primitive<'expand'> = {
  name: 'expand',
  shape: ([x], { shape }) => {
    checkShape('expand', shape);
    const missing = shape.length - x.rank;
    const fits =
      missing >= 0 && x.shape.every((extent, axis) => extent === 1 || extent === shape[axis + missing]);
    if (!fits) {
      throw new ShapeError('expand', {
        expected: `a shape that ${formatShape(x.shape)} broadcasts to`,
        got: formatShape(shape),
      });
    }
    return shape;
  },
  dtype: ([x]) => x.dtype,
  broadcasts: false,
};
