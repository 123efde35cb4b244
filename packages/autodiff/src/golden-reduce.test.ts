import * as api from '@renyi/tensor';
import type { ReduceOptions, Tensor } from '@renyi/tensor';
import { describe, it } from 'vitest';
import { checkGolden, type Operation, readCases } from './golden-operations.testing.js';

type Settings = Readonly<Record<string, number | boolean | readonly number[] | null>>;

/** PyTorch's `dim` and `keepdim`, where a `dim` of null means all axes. */
function over({ dim, keepdim }: Settings): ReduceOptions {
  return {
    ...(dim !== null && dim !== undefined && { axis: dim as number | number[] }),
    keepDims: keepdim === true,
  };
}

const along = (attrs: Settings): api.AlongOptions => over(attrs) as api.AlongOptions;

type Reduction = (x: Tensor, options: ReduceOptions) => Tensor;
const reduction =
  (f: Reduction): Operation<Settings> =>
  ([x], attrs) =>
    f(x as Tensor, over(attrs));

const inOrder = ({ values, indices }: api.Found): Tensor[] => [values, indices];

const operations: Readonly<Record<string, Operation<Settings>>> = {
  sum: reduction(api.sum),
  mean: reduction(api.mean),
  amax: reduction(api.max),
  amin: reduction(api.min),
  prod: reduction(api.prod),
  logsumexp: reduction(api.logSumExp),
  norm2: reduction(api.norm),
  var: ([x], attrs) =>
    api.variance(x as Tensor, { ...over(attrs), correction: attrs['correction'] as number }),
  std: ([x], attrs) => api.std(x as Tensor, { ...over(attrs), correction: attrs['correction'] as number }),
  var_nan: ([x]) => api.variance(x as Tensor),
  max_dim: ([x], attrs) => inOrder(api.maxWithIndices(x as Tensor, along(attrs))),
  min_dim: ([x], attrs) => inOrder(api.minWithIndices(x as Tensor, along(attrs))),
  argmax: ([x], attrs) => api.argmax(x as Tensor, along(attrs)),
  argmin: ([x], attrs) => api.argmin(x as Tensor, along(attrs)),
  cumsum: ([x], { dim }) => api.cumsum(x as Tensor, { axis: dim as number }),
};

const cases = readCases<Settings>('reduce.json').map((golden) => [golden.id, golden] as const);

describe('values and gradients are those of PyTorch:', () => {
  it.each(cases)('%s', (_, golden) => {
    checkGolden(golden, operations[golden.op] as Operation<Settings>);
  });
});
