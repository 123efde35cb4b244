import { stopGradient } from '@renyi/autodiff';
import * as api from '@renyi/tensor';
import type { NormalizationOptions, Shape, Tensor } from '@renyi/tensor';
import { type Attributes, input, type Inputs, optional, type Table } from './operation.js';
import { refuse } from './refuse.js';

function affine(inputs: Inputs, { eps: epsilon = 1e-5 }: Attributes): NormalizationOptions {
  return { epsilon, ...optional('weight', inputs['weight']), ...optional('bias', inputs['bias']) };
}

/** PyTorch takes an epsilon below 0, which layerNorm refuses: as the formula stands. */
function textbookLayerNorm(
  x: Tensor,
  shape: Shape,
  { epsilon = 0, weight, bias }: NormalizationOptions,
): Tensor {
  const over = { axis: shape.map((_, axis) => axis - shape.length), keepDims: true };
  const deviation = api.sub(x, api.mean(x, over));
  const variance = api.mean(api.square(deviation), over);
  const y = api.div(deviation, api.sqrt(api.add(variance, epsilon)));
  const scaled = weight ? api.mul(y, weight) : y;
  return bias ? api.add(scaled, bias) : scaled;
}

/** In training with the batch's statistics, by which the running ones move, the variance as the unbiased one. */
function batchNorm(inputs: Inputs, attrs: Attributes): Readonly<Record<string, Tensor>> {
  const { training = false, momentum = 0.1 } = attrs;
  const x = input(inputs, 'x');
  const [mean, variance] = [inputs['running_mean'], inputs['running_var']];
  if (!training && (mean === undefined || variance === undefined))
    refuse('batchNorm', 'running statistics without training', 'none');
  if (!training) return { out: api.batchNorm(x, { ...affine(inputs, attrs), ...given(mean, variance) }) };
  const out = api.batchNorm(x, affine(inputs, attrs));
  if (mean === undefined || variance === undefined) return { out };
  const over = { axis: x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])) };
  const batch = stopGradient(x);
  const moved = (old: Tensor, now: Tensor): Tensor =>
    api.add(api.mul(old, 1 - momentum), api.mul(now, momentum));
  return {
    out,
    running_mean: moved(mean, api.mean(batch, over)),
    running_var: moved(variance, api.variance(batch, over)),
  };
}

function given(mean: Tensor | undefined, variance: Tensor | undefined): object {
  return { ...optional('mean', mean), ...optional('variance', variance) };
}

export const normalization: Table = {
  layer_norm: (inputs, attrs) => {
    const { normalized_shape: shape = [], eps = 1e-5 } = attrs;
    const f = eps < 0 ? textbookLayerNorm : api.layerNorm;
    return f(input(inputs, 'x'), shape, affine(inputs, attrs));
  },
  group_norm: (inputs, attrs) => {
    const { groups = 1 } = attrs;
    const x = input(inputs, 'x');
    if (x.size === groups) refuse('groupNorm', 'more than one element for each group', 'one');
    return api.groupNorm(x, groups, affine(inputs, attrs));
  },
  batch_norm: batchNorm,
};
