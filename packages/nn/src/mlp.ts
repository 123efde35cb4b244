import { ConfigError, type DType, type Generator } from '@renyi/tensor';
import { ReLU } from './activations.js';
import { Linear } from './linear.js';
import type { Module } from './module.js';
import { Sequential } from './sequential.js';

/**
 * A multi-layer perceptron: Linear layers with a ReLU between each two, [..., inputs] to [..., outputs].
 * @param widths inputs, hidden widths, outputs: `[64, 32, 10]` has one hidden layer
 * @throws ConfigError for fewer than two widths, or one that is no whole number of at least 1
 * @throws DTypeError unless the dtype is float
 *
 * @example
 * import { Generator } from '@renyi/tensor';
 * import { mlp } from '@renyi/nn';
 * const net = mlp([64, 32, 10], { generator: new Generator(0) });
 * console.log(Object.keys(net.stateDict()).join(' ')); // => 0.weight 0.bias 2.weight 2.bias
 */
export function mlp(
  widths: readonly number[],
  options: { readonly generator: Generator; readonly dtype?: DType },
): Sequential {
  if (widths.length < 2) {
    throw new ConfigError('mlp', {
      expected: 'at least two widths, inputs and outputs',
      got: `[${widths.join(', ')}]`,
    });
  }
  const layers: Module[] = [];
  for (let i = 0; i + 1 < widths.length; i++) {
    if (i > 0) layers.push(new ReLU());
    layers.push(new Linear(widths[i] as number, widths[i + 1] as number, options));
  }
  return new Sequential(...layers);
}
