import type { DType, Generator } from '@renyi/tensor';
import { kaimingNormal } from '../init.js';
import { Conv2d } from '../layers/convolution.js';
import type { Module } from '../module.js';

/** What every network is told. */
export interface ModelOptions {
  /** Where the initial weights, and the draws of dropout, come from. */
  readonly generator: Generator;
  /** How many numbers a row of logits has. */
  readonly classes: number;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

export interface ImageModelOptions extends ModelOptions {
  /** Of an image: 3 by default. */
  readonly channels?: number;
}

/** The settings of a layer: what it shares with all others. */
export function layerOptions({ generator, dtype = 'float32' }: ModelOptions): {
  readonly generator: Generator;
  readonly dtype: DType;
} {
  return { generator, dtype };
}

/** Draws the weights of all convolutions anew, normal and with the gradients' variance kept (He et al., 2015), biases 0. */
export function initializeConvolutions<M extends Module>(
  network: M,
  { generator, dtype = 'float32' }: ModelOptions,
): M {
  for (const module of network.modules()) {
    if (!(module instanceof Conv2d)) continue;
    const { weight, bias } = module;
    weight.value = kaimingNormal(weight.value.shape, generator, { mode: 'fanOut', dtype });
    if (bias) bias.value = bias.value.mul(0);
  }
  return network;
}
