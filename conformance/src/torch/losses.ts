import {
  binaryCrossEntropyWithLogits,
  huberLoss,
  klDivLoss,
  l1Loss,
  type LossOptions,
  mseLoss,
  smoothL1Loss,
} from '@renyi/nn';
import { add, expand, sameShape, type Tensor } from '@renyi/tensor';
import { type Attributes, input, type Inputs, type Operation, optional, type Table } from './operation.js';

type Loss = (x: Tensor, targets: Tensor, options: LossOptions) => Tensor;

/** PyTorch broadcasts the two, with a warning. */
function broadcast(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  if (sameShape(a.shape, b.shape)) return [a, b];
  const { shape } = add(a, b);
  return [expand(a, shape), expand(b, shape)];
}

function regression(loss: (attrs: Attributes) => Loss): Operation {
  return (inputs, attrs) => {
    const [x, targets] = broadcast(input(inputs, 'a'), input(inputs, 'b'));
    return loss(attrs)(x, targets, { reduction: attrs.reduction ?? 'mean' });
  };
}

function binaryCrossEntropy(inputs: Inputs, { reduction = 'mean' }: Attributes): Tensor {
  return binaryCrossEntropyWithLogits(input(inputs, 'logits'), input(inputs, 'target'), {
    reduction,
    ...optional('weight', inputs['weight']),
    ...optional('positiveWeight', inputs['pos_weight']),
  });
}

export const losses: Table = {
  mse_loss: regression(() => mseLoss),
  l1_loss: regression(() => l1Loss),
  smooth_l1_loss: regression(
    ({ beta = 1 }) =>
      (x, targets, options) =>
        smoothL1Loss(x, targets, { ...options, beta }),
  ),
  huber_loss: regression(
    ({ delta = 1 }) =>
      (x, targets, options) =>
        huberLoss(x, targets, { ...options, delta }),
  ),
  bce_with_logits: binaryCrossEntropy,
  kl_div: (inputs, { reduction = 'mean', log_target: logTarget = false }) => {
    const [logProbs, targets] = broadcast(input(inputs, 'input'), input(inputs, 'target'));
    // A scalar is no batch, and PyTorch takes it as it is.
    const own = logProbs.rank === 0 ? 'sum' : reduction;
    return klDivLoss(logProbs, targets, { reduction: own, logTarget });
  },
};
