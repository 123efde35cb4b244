import type { Tensor } from '@renyi/tensor';
import { Module } from './module.js';

/**
 * Modules one after the other, f_n(... f_2(f_1(x))); in a state dict they are named by position (`0.weight`).
 * @see torch.nn.Sequential
 *
 * @example
 * import { Generator, tensor } from '@renyi/tensor';
 * import { Linear, Sequential, Tanh } from '@renyi/nn';
 * const net = new Sequential(new Linear(2, 3, { generator: new Generator(0) }), new Tanh());
 * console.log(net.forward(tensor([1, 2])).shape, Object.keys(net.stateDict())); // => [ 3 ] [ '0.weight', '0.bias' ]
 */
export class Sequential extends Module {
  readonly layers: readonly Module[];

  constructor(...layers: readonly Module[]) {
    super();
    this.layers = layers;
  }

  /** @throws whatever a layer throws for what the one before it gives */
  override forward(x: Tensor): Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }

  protected override fields(): Iterable<readonly [string, Module]> {
    return this.layers.map((layer, position) => [String(position), layer] as const);
  }
}
