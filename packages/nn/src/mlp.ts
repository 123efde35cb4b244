import type { DType, Generator } from '@renyi/tensor';
import { ReLU } from './activations.js';
import { Linear } from './linear.js';
import type { Module } from './module.js';
import { Sequential } from './sequential.js';

/**
 * A multi-layer perceptron: Linear layers with a ReLU between each two.
 * @param widths inputs, hidden widths, outputs: `[64, 32, 10]` has one hidden layer
 */
export function mlp(widths: readonly number[], options: { readonly generator: Generator; readonly dtype?: DType }): Sequential {
  const layers: Module[] = [];
  for (let i = 0; i + 1 < widths.length; i++) {
    if (i > 0) layers.push(new ReLU());
    layers.push(new Linear(widths[i] as number, widths[i + 1] as number, options));
  }
  return new Sequential(...layers);
}
