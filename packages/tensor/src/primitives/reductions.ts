import type { DType } from '../dtype.js';
import type { Primitive } from '../primitive.js';
import { checkExtremum, type Shape } from '../shape.js';

/** The shape that is left when `axes` are summed away, or kept with extent 1. */
function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  if (keepDims) return shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** Sums count in int32 for booleans and integers. The sum over nothing is 0. */
export const sum: Primitive<'sum'> = {
  name: 'sum',
  shape: ([x], { axes, keepDims }) => reducedShape(x.shape, axes, keepDims),
  dtype: ([x]): DType => (x.dtype === 'bool' ? 'int32' : x.dtype),
  broadcasts: false,
};

/** The largest element; NaN if there is one, and 0 rather than -0. */
export const max: Primitive<'max'> = {
  name: 'max',
  shape: ([x], { axes, keepDims }) => {
    checkExtremum('max', 'maximum', x.shape, axes);
    return reducedShape(x.shape, axes, keepDims);
  },
  dtype: ([x]) => x.dtype,
  broadcasts: false,
};
