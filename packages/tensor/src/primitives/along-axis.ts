import type { DType } from '../dtype.js';
import type { Primitive } from '../primitive.js';
import { checkExtremum } from '../shape.js';

/** Where along the axis the largest element is, the first of several; a NaN is the largest. */
export const argmax: Primitive<'argmax'> = {
  name: 'argmax',
  shape: ([x], { axis }) => {
    checkExtremum('argmax', 'maximum', x.shape, [axis]);
    return x.shape.toSpliced(axis, 1);
  },
  dtype: () => 'int32',
  broadcasts: false,
};

/** The sums of the elements up to each, or of those from each on. They count in int32 for booleans and integers. */
export const cumsum: Primitive<'cumsum'> = {
  name: 'cumsum',
  shape: ([x]) => x.shape,
  dtype: ([x]): DType => (x.dtype === 'bool' ? 'int32' : x.dtype),
  broadcasts: false,
};

/** The order that sorts; equals keep theirs, and a NaN is larger than every number. */
export const argsort: Primitive<'argsort'> = {
  name: 'argsort',
  shape: ([x]) => x.shape,
  dtype: () => 'int32',
  broadcasts: false,
};
