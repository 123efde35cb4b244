import { promote, toFloat } from '../dtype.js';
import { ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { formatShape } from '../shape.js';

/** What an affine map may be followed by. */
export type Activation = 'none' | 'relu' | 'tanh';

/** f(x Wᵀ + b) of x [..., inputs], W [outputs, inputs] and b [outputs]: [..., outputs]. Accumulates in float64. */
export const linear: Primitive<'linear'> = {
  name: 'linear',
  shape: ([x, weight, bias]) => {
    const [outputs, inputs] = weight.shape;
    if (weight.rank !== 2 || bias.rank !== 1 || bias.shape[0] !== outputs) {
      throw new ShapeError('linear', {
        expected: 'weight [outputs, inputs] and bias [outputs]',
        got: `${formatShape(weight.shape)} and ${formatShape(bias.shape)}`,
      });
    }
    if (x.shape[x.rank - 1] !== inputs) {
      throw new ShapeError('linear', {
        expected: `x [..., ${inputs}], for weight ${formatShape(weight.shape)}`,
        got: formatShape(x.shape),
      });
    }
    return [...x.shape.slice(0, -1), outputs as number];
  },
  dtype: ([x, weight, bias]) => toFloat(promote(promote(x.dtype, weight.dtype), bias.dtype)),
  broadcasts: false,
};
