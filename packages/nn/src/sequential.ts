import type { Tensor } from '@renyi/tensor';
import { Module } from './module.js';

/**
 * Modules one after the other; in a state dict they are named by position (`0.weight`).
 * @see torch.nn.Sequential
 */
export class Sequential extends Module {
  readonly layers: readonly Module[];

  constructor(...layers: readonly Module[]) {
    super();
    this.layers = layers;
  }

  override forward(x: Tensor): Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }

  protected override fields(): Iterable<readonly [string, Module]> {
    return this.layers.map((layer, position) => [String(position), layer] as const);
  }
}
