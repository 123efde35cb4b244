import { Parameter } from '@renyi/autodiff';
import {
  ConfigError,
  type DType,
  groupNorm,
  layerNorm,
  ones,
  type Shape,
  type Tensor,
  zeros,
} from '@renyi/tensor';
import { Module } from '../module.js';
import { checkCounts } from './checks.js';

export interface NormModuleOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly epsilon?: number;
  /** Whether there is a weight and a bias; true by default. */
  readonly affine?: boolean;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

/** A weight of ones and a bias of zeros, or neither. */
abstract class Norm extends Module {
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  readonly epsilon: number;

  constructor(shape: Shape, { epsilon = 1e-5, affine = true, dtype = 'float32' }: NormModuleOptions) {
    super();
    this.weight = affine ? new Parameter(ones(shape, { dtype })) : undefined;
    this.bias = affine ? new Parameter(zeros(shape, { dtype })) : undefined;
    this.epsilon = epsilon;
  }

  protected get options(): { epsilon: number; weight?: Tensor; bias?: Tensor } {
    return {
      epsilon: this.epsilon,
      ...(this.weight && { weight: this.weight.value }),
      ...(this.bias && { bias: this.bias.value }),
    };
  }
}

/**
 * `layerNorm` over the last axes, with a weight and a bias of their shape.
 * @see torch.nn.LayerNorm
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { LayerNorm } from '@renyi/nn';
 * console.log(new LayerNorm(2, { epsilon: 0 }).forward(tensor([[1, 3]])).toArray()); // => [ [ -1, 1 ] ]
 */
export class LayerNorm extends Norm {
  readonly shape: Shape;

  /** @throws ConfigError unless the shape has extents of at least 1 */
  constructor(shape: number | Shape, options: NormModuleOptions = {}) {
    const extents: Shape = typeof shape === 'number' ? [shape] : [...shape];
    if (extents.length === 0)
      throw new ConfigError('LayerNorm', { expected: 'at least one extent', got: '[]' });
    for (const extent of extents) checkCounts('LayerNorm', { elements: extent });
    super(extents, options);
    this.shape = extents;
  }

  /** @throws ShapeError unless the last extents of x are the shape */
  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.shape, this.options);
  }
}

/** `groupNorm` of x [batch, channels, ...], with a weight and a bias for each channel. @see torch.nn.GroupNorm */
export class GroupNorm extends Norm {
  /** @throws ConfigError unless the channels split into the groups */
  constructor(
    readonly groups: number,
    readonly channels: number,
    options: NormModuleOptions = {},
  ) {
    checkCounts('GroupNorm', { groups, channels });
    if (channels % groups !== 0) {
      throw new ConfigError('GroupNorm', {
        expected: 'channels that are a multiple of groups',
        got: `${channels} and ${groups}`,
      });
    }
    super([channels], options);
  }

  /** @throws ShapeError unless x has the channels */
  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.groups, this.options);
  }
}
