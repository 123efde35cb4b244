import { relu, type Tensor, tanh } from '@renyi/tensor';
import { Module } from './module.js';

/** max(x, 0), elementwise; derivative 1 where x > 0, else 0. @see torch.nn.ReLU */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** tanh(x), elementwise; derivative 1 - tanh(x)^2. @see torch.nn.Tanh */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}
