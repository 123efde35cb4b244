import { add, checkTensor, mul, neg, softplus, sub, type Tensor } from '@renyi/tensor';
import { checkLoss, type LossOptions, reduced } from './reduction.js';

export interface BinaryCrossEntropyOptions extends LossOptions {
  /** What each element's loss is multiplied by; broadcast. Ones by default. */
  readonly weight?: Tensor;
  /** What the part of the targets' 1 is multiplied by; broadcast. Ones by default. */
  readonly positiveWeight?: Tensor;
}

/**
 * -y log p - (1 - y) log(1 - p) with p = sigmoid(x), by default the mean over all elements, in nats; as
 * y softplus(-x) + (1 - y) softplus(x), which has all its digits in both tails. Derivative for x: p - y.
 * @param targets probabilities y of the shape of the logits
 * @throws ShapeError unless both have one shape, and where the weights do not broadcast
 * @throws ConfigError @see torch.nn.functional.binary_cross_entropy_with_logits
 *
 * @example
 * import { binaryCrossEntropyWithLogits } from '@renyi/nn';
 * import { tensor } from '@renyi/tensor';
 * console.log(binaryCrossEntropyWithLogits(tensor([1000, -1000]), tensor([1, 1])).item()); // => 500
 */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  targets: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  checkLoss('binaryCrossEntropyWithLogits', logits, targets, options);
  const { weight, positiveWeight } = options;
  for (const factor of [weight, positiveWeight]) {
    if (factor !== undefined) checkTensor('binaryCrossEntropyWithLogits', factor);
  }
  const ofOnes = mul(targets, softplus(neg(logits)));
  const ofZeros = mul(sub(1, targets), softplus(logits));
  const losses = add(positiveWeight ? mul(ofOnes, positiveWeight) : ofOnes, ofZeros);
  return reduced('binaryCrossEntropyWithLogits', weight ? mul(losses, weight) : losses, options);
}
