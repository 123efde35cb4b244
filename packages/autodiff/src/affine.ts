import { type Activation, reshape, sizeOf, type Tensor } from '@renyi/tensor';
import { throughRelu, throughTanh } from './elementwise-factors.js';

/* What the rules of `linear` are made of. */

/** [..., n] as [rows, n]. */
export function rowsOf(x: Tensor): Tensor {
  if (x.rank === 2) return x;
  return reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape[x.rank - 1] as number]);
}

/** h f'(z) of y = f(z), by y alone: relu' is 1 where y > 0, tanh' is 1 - y^2. */
export function unactivated(h: Tensor, y: Tensor, activation: Activation): Tensor {
  switch (activation) {
    case 'none':
      return h;
    case 'relu':
      return throughRelu(h, y);
    case 'tanh':
      return throughTanh(h, y);
  }
}
