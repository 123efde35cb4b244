import { type Shape, type Tensor, transpose } from '@renyi/tensor';
import type { Sample } from '../primitive-samples.testing.js';
import { float64, int32, normal } from '../samples.testing.js';

/** A view whose elements are not in row-major order. */
const strided = (): Tensor => transpose(normal([3, 2]));

const shapes: readonly Shape[] = [[3], [2, 3], [1], [1, 1], [2, 1, 2], [1, 4], [3, 2], [0, 2]];

const renyi: readonly Sample<'renyi'>[] = [
  ...[0.3, 1, 2.5].flatMap((alpha) =>
    ([[3], [2, 1, 2]] as Shape[]).map(
      (shape): Sample<'renyi'> => ({
        inputs: [normal(shape), normal(shape), float64(alpha)],
        attributes: {},
      }),
    ),
  ),
  { inputs: [strided(), strided(), float64(0.5)], attributes: {} },
  { inputs: [normal([2, 3]), normal([2, 3]), float64(1)], attributes: {} },
  { inputs: [normal([1, 1]), normal([1, 1]), float64(2)], attributes: {} },
  { inputs: [normal([0, 2]), normal([0, 2]), float64(2)], attributes: {} },
  { inputs: [normal([2]), normal([2]), float64(3)], attributes: {} },
  { inputs: [normal([1, 3]), normal([1, 3]), float64(0.5)], attributes: {} },
  { inputs: [normal([2, 2]), normal([2, 2]), float64(1.5)], attributes: {} },
];

type Names =
  | 'softmax'
  | 'logSoftmax'
  | 'logSumExp'
  | 'softmaxCrossEntropy'
  | 'softmaxCrossEntropyGradient'
  | 'renyi'
  | `renyiGradient${'P' | 'Q' | 'Alpha'}`;

const rows: readonly Sample<'softmax' | 'logSoftmax' | 'logSumExp'>[] = [
  ...shapes.map((shape) => normal(shape)),
  strided(),
].map((x) => ({ inputs: [x], attributes: {} }));

const labelled: readonly Sample<'softmaxCrossEntropy'>[] = [
  { inputs: [normal([3]), int32(1)], attributes: {} },
  { inputs: [normal([2, 3]), int32([2, 0])], attributes: {} },
  { inputs: [normal([2, 1]), int32([0, 0])], attributes: {} },
  { inputs: [strided(), int32([1, 1])], attributes: {} },
  { inputs: [normal([0, 3]), int32([])], attributes: {} },
  { inputs: [normal([1, 4]), int32([3])], attributes: {} },
  { inputs: [normal([1]), int32(0)], attributes: {} },
  { inputs: [normal([4, 2]), int32([0, 1, 1, 0])], attributes: {} },
  { inputs: [normal([2]), int32(0)], attributes: {} },
];

export const fused: { readonly [N in Names]: readonly Sample<N>[] } = {
  softmax: rows,
  logSoftmax: rows,
  logSumExp: rows,
  softmaxCrossEntropy: labelled,
  softmaxCrossEntropyGradient: labelled.map(({ inputs: [logits, labels], attributes }) => ({
    inputs: [logits, labels, normal(labels.shape)],
    attributes,
  })),
  renyi,
  renyiGradientP: renyi,
  renyiGradientQ: renyi,
  renyiGradientAlpha: renyi,
};
