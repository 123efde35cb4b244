import * as api from '@renyi/tensor';
import type { ReduceOptions, Tensor } from '@renyi/tensor';
import { axisOption, oneAxis, scalarsAsAxis } from './axes.js';
import { type Attributes, input, type Operation, type Table, unary } from './operation.js';

/** A reduction over any axes. */
function over(f: (x: Tensor, options: ReduceOptions, attrs: Attributes) => Tensor): Operation {
  return scalarsAsAxis((inputs, attrs) =>
    f(input(inputs, 'x'), { ...axisOption(attrs.dim), keepDims: attrs.keepdim ?? false }, attrs),
  );
}

/** A search along one axis, with what it finds and where. */
function along(f: (x: Tensor, options: api.AlongOptions) => api.Found): Operation {
  return scalarsAsAxis((inputs, { dim, keepdim: keepDims = false }) => ({
    ...f(input(inputs, 'x'), { axis: oneAxis(dim), keepDims }),
  }));
}

/** A search along one axis, or over all of them. */
function placeOf(f: (x: Tensor, options: api.ArgOptions) => Tensor): Operation {
  return scalarsAsAxis((inputs, { dim, keepdim: keepDims = false }) =>
    f(input(inputs, 'x'), { ...(typeof dim === 'number' && { axis: dim }), keepDims }),
  );
}

export const reduce: Table = {
  sum: over(api.sum),
  mean: over(api.mean),
  amax: over(api.max),
  amin: over(api.min),
  prod: over(api.prod),
  var: over((x, options, { correction = 1 }) => api.variance(x, { ...options, correction })),
  std: over((x, options, { correction = 1 }) => api.std(x, { ...options, correction })),
  var_nan: unary((x) => api.variance(x)),
  logsumexp: over(api.logSumExp),
  norm2: over(api.norm),
  max_dim: along(api.maxWithIndices),
  min_dim: along(api.minWithIndices),
  argmax: placeOf(api.argmax),
  argmin: placeOf(api.argmin),
  cumsum: scalarsAsAxis((inputs, { dim }) => api.cumsum(input(inputs, 'x'), { axis: oneAxis(dim) })),
};
