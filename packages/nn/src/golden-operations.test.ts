import { stopGradient } from '@renyi/autodiff';
import {
  adaptiveAvgPool2d,
  avgPool2d,
  batchNorm,
  conv1d,
  conv2d,
  convTranspose2d,
  crossEntropy,
  type CrossEntropyOptions,
  Generator,
  groupNorm,
  layerNorm,
  logSoftmax,
  matmul,
  maxPool1d,
  maxPool2d,
  mul,
  nllLoss,
  oneHot,
  type PerAxis,
  relu,
  type Shape,
  softmax,
  type Tensor,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { readCases } from './golden.testing.js';
import { type Operation, type OperationCase, type Settings, verify } from './golden-operations.testing.js';
import { attention } from './layers/attention.js';
import { Dropout } from './layers/dropout.js';
import { embedding } from './layers/embedding.js';
import { embeddingBag } from './layers/embedding-bag.js';
import { binaryCrossEntropyWithLogits } from './losses/binary-cross-entropy.js';
import { klDivLoss } from './losses/divergences.js';
import type { LossOptions } from './losses/reduction.js';
import { movedStatistics } from './running-statistics.js';
import { l1Loss, mseLoss, smoothL1Loss } from './losses/regression.js';

/** Settings with other names, or ours only where they are given. */
function renamed(attrs: Settings, names: Readonly<Record<string, string>>): object {
  return Object.fromEntries(
    Object.entries(names).flatMap(([theirs, ours]) =>
      attrs[theirs] === undefined || attrs[theirs] === null ? [] : [[ours, attrs[theirs]]],
    ),
  );
}

type Inputs = Readonly<Record<string, Tensor>>;

/** An operation of one result. */
function one(f: (inputs: Inputs, attrs: Settings) => Tensor): Operation {
  return (inputs, attrs) => ({ out: f(inputs, attrs) });
}

const withOptions = (attrs: Settings, weight: Tensor | undefined): CrossEntropyOptions => ({
  ...renamed(attrs, {
    reduction: 'reduction',
    ignore_index: 'ignoreIndex',
    label_smoothing: 'labelSmoothing',
  }),
  ...(weight && { weight }),
});

/** A loss of a and b. */
const pair = (f: (a: Tensor, b: Tensor, options: LossOptions) => Tensor): Operation =>
  one(({ a, b }, attrs) => f(a as Tensor, b as Tensor, attrs));

const windows = {
  stride: 'stride',
  padding: 'padding',
  dilation: 'dilation',
  groups: 'groups',
  output_padding: 'outputPadding',
  ceil_mode: 'ceilMode',
  count_include_pad: 'countIncludePad',
};

/** A convolution of x with a weight, and a bias if there is one. */
const filter = (f: (x: Tensor, weight: Tensor, options: object) => Tensor): Operation =>
  one(({ x, weight, bias }, attrs) =>
    f(x as Tensor, weight as Tensor, { ...renamed(attrs, windows), ...(bias && { bias }) }),
  );

const pool = (f: (x: Tensor, kernel: PerAxis, options: object) => Tensor): Operation =>
  one(({ x }, attrs) => f(x as Tensor, attrs['kernel_size'] as PerAxis, renamed(attrs, windows)));

/** Its settings, and weight and bias where there are any. */
const affine = ({ weight, bias }: Inputs, attrs: Settings): object => ({
  ...renamed(attrs, { eps: 'epsilon' }),
  ...(weight && { weight }),
  ...(bias && { bias }),
});

const operations: Readonly<Record<string, Operation>> = {
  conv1d: filter(conv1d),
  conv2d: filter(conv2d),
  conv_transpose2d: filter(convTranspose2d),
  max_pool1d: pool(maxPool1d),
  max_pool2d: pool(maxPool2d),
  avg_pool2d: pool(avgPool2d),
  adaptive_avg_pool2d: one(({ x }, attrs) => adaptiveAvgPool2d(x as Tensor, attrs['output_size'] as PerAxis)),
  layer_norm: one(({ x, ...inputs }, attrs) =>
    layerNorm(x as Tensor, attrs['normalized_shape'] as Shape, affine(inputs, attrs)),
  ),
  group_norm: one(({ x, ...inputs }, attrs) =>
    groupNorm(x as Tensor, attrs['groups'] as number, affine(inputs, attrs)),
  ),
  batch_norm: ({ x, running_mean, running_var, ...inputs }, attrs) => {
    const given = { mean: running_mean as Tensor, variance: running_var as Tensor };
    const options = affine(inputs, attrs);
    if (attrs['training'] === false) return { out: batchNorm(x as Tensor, { ...options, ...given }) };
    const { mean, variance } = movedStatistics(x as Tensor, given, attrs['momentum'] as number);
    return { out: batchNorm(x as Tensor, options), running_mean: mean, running_var: variance };
  },
  embedding: one(({ weight, index }, { padding_idx: padding }) =>
    embedding(
      weight as Tensor,
      index as Tensor,
      typeof padding === 'number' ? { paddingIndex: padding } : {},
    ),
  ),
  embedding_bag: one(({ weight, index, offsets }, { mode }) =>
    embeddingBag(weight as Tensor, index as Tensor, { mode: mode as 'mean', offsets: offsets as Tensor }),
  ),
  embedding_mean: one(({ weight, index }) => embeddingBag(weight as Tensor, index as Tensor)),
  // The cases have no draws: nothing is dropped, or everything.
  dropout_eval: one(({ x }, { p, training }) => {
    const layer = new Dropout(p as number, { generator: new Generator(0) });
    return (training === true ? layer.train() : layer.eval()).forward(x as Tensor);
  }),
  one_hot: one(({ index }, { num_classes: classes }) =>
    oneHot(index as Tensor, classes as number, { dtype: 'int32' }),
  ),
  attention: one(({ q, k, v }) => attention(q as Tensor, k as Tensor, v as Tensor)),
  detach: one(({ x }) => mul(x as Tensor, stopGradient(x as Tensor))),
  mlp_block: one(({ x, w1, b1, w2, b2, t }) => {
    const hidden = relu(matmul(x as Tensor, w1 as Tensor).add(b1 as Tensor));
    return crossEntropy(matmul(hidden, w2 as Tensor).add(b2 as Tensor), t as Tensor);
  }),
  softmax: one(({ x }, { dim }) => softmax(x as Tensor, { axis: dim as number })),
  log_softmax: one(({ x }, { dim }) => logSoftmax(x as Tensor, { axis: dim as number })),
  cross_entropy: one(({ logits, target, weight }, attrs) =>
    crossEntropy(logits as Tensor, target as Tensor, withOptions(attrs, weight)),
  ),
  nll_loss: one(({ logp, target, weight }, attrs) =>
    nllLoss(logp as Tensor, target as Tensor, withOptions(attrs, weight)),
  ),
  mse_loss: pair(mseLoss),
  l1_loss: pair(l1Loss),
  smooth_l1_loss: pair(smoothL1Loss),
  bce_with_logits: one(({ logits, target }, attrs) =>
    binaryCrossEntropyWithLogits(logits as Tensor, target as Tensor, attrs),
  ),
  kl_div: one(({ input, target }, attrs) =>
    klDivLoss(
      input as Tensor,
      target as Tensor,
      renamed(attrs, { reduction: 'reduction', log_target: 'logTarget' }),
    ),
  ),
};

const cases = ['conv_pool.json', 'embedding_misc.json', 'norm.json', 'softmax_loss.json'].flatMap((file) =>
  readCases<OperationCase>(`operations/${file}`),
);

describe('values and gradients are those of PyTorch:', () => {
  it.each(cases.map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
    verify(golden, operations[golden.op] as Operation);
  });

  it('and would not be, were a result off by one part in 2^20', () => {
    for (const golden of cases.filter(({ outputs }) => (outputs['out']?.data.length ?? 0) > 0)) {
      const operation = operations[golden.op] as Operation;
      const wrong: Operation = (inputs, attrs) => {
        const { out, ...others } = operation(inputs, attrs);
        return { ...others, out: (out as Tensor).mul(1 + 2 ** -20) };
      };
      const isZero = golden.outputs['out']?.data.every((value) => Number(value) === 0);
      if (!isZero) expect(() => verify(golden, wrong), golden.id).toThrow(/instead of/);
    }
  });
});
