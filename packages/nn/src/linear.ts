import { Parameter } from '@renyi/autodiff';
import {
  ConfigError,
  type DType,
  formatShape,
  type Generator,
  linear,
  type Shape,
  ShapeError,
  type Tensor,
} from '@renyi/tensor';
import { uniformFanIn } from './init.js';
import { Module } from './module.js';

export interface LinearOptions {
  /** Where the initial weights come from. */
  readonly generator: Generator;
  /** Whether there is a bias; true by default. */
  readonly bias?: boolean;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

/**
 * The affine map
 *
 *     y = x Wᵀ + b
 *
 * with W [outputs, inputs] and b [outputs]: x [..., inputs] gives [..., outputs], and one row [inputs] gives [outputs].
 * Both start uniform in ±1/sqrt(inputs), PyTorch's default, the weight drawn first.
 * @see torch.nn.Linear
 *
 * @example
 * import { Generator, ones } from '@renyi/tensor';
 * import { Linear } from '@renyi/nn';
 * const layer = new Linear(3, 2, { generator: new Generator(0) });
 * console.log(layer.forward(ones([5, 3])).shape); // => [ 5, 2 ]
 */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  /**
   * @throws ConfigError unless inputs and outputs are whole numbers of at least 1
   * @throws DTypeError unless the dtype is float
   */
  constructor(
    readonly inputs: number,
    readonly outputs: number,
    options: LinearOptions,
  ) {
    super();
    for (const [name, width] of Object.entries({ inputs, outputs })) {
      if (Number.isSafeInteger(width) && width >= 1) continue;
      throw new ConfigError('Linear', {
        expected: `a whole number of ${name}, at least 1`,
        got: String(width),
      });
    }
    const { generator, bias = true, dtype = 'float32' } = options;
    this.weight = new Parameter(uniformFanIn([outputs, inputs], inputs, generator, dtype));
    this.bias = bias ? new Parameter(uniformFanIn([outputs], inputs, generator, dtype)) : undefined;
  }

  /** @throws ShapeError unless the last axis has `inputs` elements */
  override forward(x: Tensor): Tensor {
    const { inputs } = this;
    if (x.shape[x.rank - 1] !== inputs) {
      throw new ShapeError('Linear', { expected: `[..., ${inputs}]`, got: formatShape(x.shape) });
    }
    return linear(x, this.weight.value, { bias: this.bias?.value });
  }

  override multiplyAdds(x: Shape): number {
    return x.reduce((product, extent) => product * extent, 1) * this.outputs;
  }
}
