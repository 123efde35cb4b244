import { ConfigError, type Generator, mul, type Tensor, where } from '@renyi/tensor';
import { Module } from '../module.js';

/**
 * Each element 0 with probability p, and the others divided by 1 - p, so that the expected value stays (Srivastava et al., 2014).
 * Derivative: the same elements of the cotangent, as much enlarged.
 * @throws ConfigError unless p is in [0, 1] @see torch.nn.functional.dropout
 */
export function dropout(x: Tensor, p: number, generator: Generator): Tensor {
  checkProbability(p);
  if (p === 0) return x;
  if (p === 1) return mul(x, 0);
  const isKept = generator.bernoulli(x.shape, { p: 1 - p, backend: x.storage.backend });
  return where(isKept, mul(x, 1 / (1 - p)), 0);
}

function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) {
    throw new ConfigError('dropout', { expected: 'a probability from 0 to 1', got: String(p) });
  }
}

/**
 * In training, `dropout` with draws of its own; otherwise x as it is. Each module has a generator that is split off the given one, so that
 * the draws of one layer do not depend on another.
 * @see torch.nn.Dropout
 *
 * @example
 * import { Generator, ones } from '@renyi/tensor';
 * import { Dropout } from '@renyi/nn';
 * const layer = new Dropout(0.5, { generator: new Generator(0) });
 * console.log(layer.forward(ones([1000])).sum().item() / 1000 - 1 < 0.1); // => true
 * console.log(layer.eval().forward(ones([3])).toArray()); // => [ 1, 1, 1 ]
 */
export class Dropout extends Module {
  /** Where the draws come from; its `state` is what is needed to go on with the same ones. */
  generator: Generator;

  /** @throws ConfigError unless p is in [0, 1] */
  constructor(
    readonly p: number,
    options: { readonly generator: Generator },
  ) {
    super();
    checkProbability(p);
    this.generator = options.generator.split();
  }

  override forward(x: Tensor): Tensor {
    return this.training ? dropout(x, this.p, this.generator) : x;
  }
}
