import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { toFloat } from '../dtype.js';
import { ConfigError } from '../errors.js';
import { type Activation, linear as primitive } from '../primitives/linear.js';
import type { Tensor } from '../tensor.js';
import { expand } from './rearrange.js';

export interface LinearOptions {
  /** b, [outputs]; none by default. */
  readonly bias?: Tensor | undefined;
  /** f: `none` (the default), `relu` or `tanh`. */
  readonly activation?: Activation;
}

const activations: readonly Activation[] = ['none', 'relu', 'tanh'];

/**
 * f(x Wᵀ + b) in one pass: x [..., inputs] and weight [outputs, inputs] give [..., outputs].
 * Each element is a sum over the inputs accumulated in float64 (on wasm in float32), the bias among its terms.
 * Derivative, with h = g f'(x Wᵀ + b): h W to x, hᵀ x to the weight, the sum of h over the leading axes to the bias.
 * Cost: inputs multiply-adds for each element.
 * @throws ShapeError when the extents do not belong together
 * @throws ConfigError for an activation that there is not
 * @see torch.nn.functional.linear
 *
 * @example
 * import { linear, tensor } from '@renyi/tensor';
 * const weight = tensor([[1, 0], [0, 1], [1, 1]]);
 * const y = linear(tensor([2, -3]), weight, { bias: tensor([0, 0, 5]), activation: 'relu' });
 * console.log(y.toArray()); // => [ 2, 0, 4 ]
 */
export function linear(x: Tensor, weight: Tensor, options: LinearOptions = {}): Tensor {
  checkTensor('linear', x);
  checkTensor('linear', weight);
  checkOptions('linear', options);
  const { activation = 'none' } = options;
  if (!activations.includes(activation)) {
    throw new ConfigError('linear', {
      expected: `activation to be one of ${activations.join(', ')}`,
      got: String(activation),
    });
  }
  const { backend } = weight.storage;
  if (options.bias !== undefined) checkTensor('linear', options.bias);
  const bias = options.bias ?? expand(backend.scalar(0, toFloat(weight.dtype)), [weight.shape[0] ?? 1]);
  return bind(primitive, [x, weight, bias], { activation });
}
