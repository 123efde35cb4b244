import { add, flatten, type Tensor } from '@renyi/tensor';
import { Module } from '../module.js';

/** The axes from `start`, 1 by default, to `end`, the last by default, as one: [batch, ...] to [batch, features]. @see torch.nn.Flatten */
export class Flatten extends Module {
  constructor(readonly options: { readonly start?: number; readonly end?: number } = {}) {
    super();
  }

  /** @throws ShapeError for an axis that x does not have */
  override forward(x: Tensor): Tensor {
    return flatten(x, { start: 1, ...this.options });
  }
}

/** x as it is. @see torch.nn.Identity */
export class Identity extends Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
}

/**
 * body(x) + shortcut(x) (He et al., 2016), with x itself for a shortcut unless one is given.
 *
 * @example
 * import { Generator, ones } from '@renyi/tensor';
 * import { Linear, Residual } from '@renyi/nn';
 * const block = new Residual(new Linear(3, 3, { generator: new Generator(0) }));
 * console.log(Object.keys(block.stateDict()), block.forward(ones([2, 3])).shape); // => [ 'body.weight', 'body.bias' ] [ 2, 3 ]
 */
export class Residual extends Module {
  constructor(
    readonly body: Module,
    readonly shortcut?: Module,
  ) {
    super();
  }

  /** @throws ShapeError where the two do not fit, and what they throw */
  override forward(x: Tensor): Tensor {
    return add(this.body.forward(x), this.shortcut === undefined ? x : this.shortcut.forward(x));
  }
}
