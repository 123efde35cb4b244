import { Parameter } from '@renyi/autodiff';
import {
  add,
  type DType,
  formatShape,
  type Generator,
  matmul,
  ShapeError,
  type Tensor,
  transpose,
} from '@renyi/tensor';
import { uniformFanIn } from './init.js';
import { Module } from './module.js';

export interface LinearOptions {
  /** Where the initial weights come from. */
  readonly generator: Generator;
  /** Whether there is a bias; true by default. */
  readonly bias?: boolean;
  /** float32 by default. */
  readonly dtype?: DType;
}

/**
 * The affine map
 *
 *     y = x Wᵀ + b
 *
 * with W [outputs, inputs] and b [outputs]: x [..., inputs] gives [..., outputs].
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

  constructor(
    readonly inputs: number,
    readonly outputs: number,
    options: LinearOptions,
  ) {
    super();
    const { generator, bias = true, dtype = 'float32' } = options;
    this.weight = new Parameter(uniformFanIn([outputs, inputs], inputs, generator, dtype));
    this.bias = bias ? new Parameter(uniformFanIn([outputs], inputs, generator, dtype)) : undefined;
  }

  /** @throws ShapeError unless the last axis has `inputs` elements */
  override forward(x: Tensor): Tensor {
    if (x.rank < 2 || x.shape[x.rank - 1] !== this.inputs) {
      throw new ShapeError('Linear', {
        expected: `[..., batch, ${this.inputs}]`,
        got: formatShape(x.shape),
      });
    }
    const y = matmul(x, transpose(this.weight.value));
    return this.bias === undefined ? y : add(y, this.bias.value);
  }
}
