import {
  crossEntropy,
  flip,
  isFloat,
  logSoftmax,
  nllLoss,
  type NllLossOptions,
  softmax,
  type SoftmaxOptions,
  type Tensor,
  transpose,
} from '@renyi/tensor';
import { oneAxis, scalarsAsAxis } from './axes.js';
import { type Attributes, input, type Inputs, type Operation, optional, type Table } from './operation.js';

/** PyTorch's classes are axis 1, behind the batch; ours are the last axis. */
function classesLast(x: Tensor): Tensor {
  if (x.rank < 3) return x;
  return transpose(x, [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2), 1]);
}

/** -100 is ignored unless told otherwise, which is none of the classes; among probabilities nothing is. */
function settings(
  inputs: Inputs,
  { reduction = 'mean', ignore_index: ignoreIndex = -100 }: Attributes,
): NllLossOptions {
  const hasLabels = !isFloat(input(inputs, 'target').dtype);
  return {
    reduction,
    ...optional('weight', inputs['weight']),
    ...((hasLabels || ignoreIndex >= 0) && { ignoreIndex }),
  };
}

/** PyTorch makes nothing of nothing, where ours asks for a class: any other function of the axis does so too. */
function rows(f: (x: Tensor, options: SoftmaxOptions) => Tensor): Operation {
  return scalarsAsAxis((inputs, { dim }) => {
    const x = input(inputs, 'x');
    return (x.size === 0 ? flip : f)(x, { axis: oneAxis(dim) });
  });
}

export const classification: Table = {
  softmax: rows(softmax),
  log_softmax: rows(logSoftmax),
  cross_entropy: (inputs, attrs) => {
    const [logits, target] = [classesLast(input(inputs, 'logits')), input(inputs, 'target')];
    const labelSmoothing = attrs.label_smoothing ?? 0;
    const options = { ...settings(inputs, attrs), labelSmoothing };
    return crossEntropy(logits, isFloat(target.dtype) ? classesLast(target) : target, options);
  },
  nll_loss: (inputs, attrs) =>
    nllLoss(classesLast(input(inputs, 'logp')), input(inputs, 'target'), settings(inputs, attrs)),
};
