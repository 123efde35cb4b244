import * as api from '@renyi/tensor';
import type { ReduceOptions, Tensor } from '@renyi/tensor';
import { axisOption, scalarsAsAxis } from './axes.js';
import { input, type Operation, type Table } from './operation.js';

/** A reduction over any axes. */
function over(f: (x: Tensor, options: ReduceOptions) => Tensor): Operation {
  return scalarsAsAxis((inputs, { dim, keepdim: keepDims = false }) =>
    f(input(inputs, 'x'), { ...axisOption(dim), keepDims }),
  );
}

export const reduce: Table = {
  sum: over(api.sum),
  mean: over(api.mean),
  amax: over(api.max),
};
