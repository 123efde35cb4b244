import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { ConfigError, DomainError, ShapeError } from '../errors.js';
import { normalize } from '../primitives/fused.js';
import { checkShape, formatShape, sameShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { rsqrt } from './functions.js';
import { reshape } from './rearrange.js';

/** What is done after the normalization, and what keeps it from dividing by 0. */
export interface NormalizationOptions {
  /** What each normalized element is multiplied by; ones by default. */
  readonly weight?: Tensor;
  /** What is added to it then; zeros by default. */
  readonly bias?: Tensor;
  /** Added to the variance, at least 0; 1e-5 by default. */
  readonly epsilon?: number;
}

export interface BatchNormOptions extends NormalizationOptions {
  /** [channels]: given together with `variance`, it stands for the batch's own. */
  readonly mean?: Tensor;
  /** [channels] */
  readonly variance?: Tensor;
}

/**
 * (x - mean) / sqrt(variance + epsilon) weight + bias, with mean and variance of each part of the given shape by itself
 * (Ba, Kiros & Hinton, 2016). The variance divides by the number of elements; both are taken in float64.
 * Derivative: with y the normalized x and u the cotangent times the weight, (u - mean(u) - y mean(u y)) / sqrt(variance + epsilon).
 * @param x [..., ...shape]
 * @param shape the last extents of x, at least one
 * @param options weight and bias of that shape
 * @throws ShapeError where they do not belong together
 * @throws ConfigError for an epsilon below 0 @see torch.nn.functional.layer_norm
 *
 * @example
 * import { layerNorm, tensor } from '@renyi/tensor';
 * const x = tensor([[1, 3], [10, 10]]);
 * console.log(layerNorm(x, [2], { epsilon: 0.25 }).mul(Math.sqrt(1.25)).toArray()); // => [ [ -1, 1 ], [ 0, 0 ] ]
 */
export function layerNorm(x: Tensor, shape: Shape, options: NormalizationOptions = {}): Tensor {
  checkTensor('layerNorm', x);
  checkOptions('layerNorm', options);
  checkShape('layerNorm', shape);
  const leading = x.rank - shape.length;
  if (shape.length === 0 || leading < 0 || !sameShape(x.shape.slice(leading), shape)) {
    throw new ShapeError('layerNorm', {
      expected: `x [..., ${shape.length === 0 ? 'at least one extent' : shape.join(', ')}]`,
      got: `${formatShape(x.shape)} and shape ${formatShape(shape)}`,
    });
  }
  checkAffine('layerNorm', shape, options);
  const axes = shape.map((_, axis) => leading + axis);
  return affine(normalized('layerNorm', x, axes, options), shape, options);
}

/**
 * (x - mean) / sqrt(variance + epsilon) weight + bias, with mean and variance of each sample's groups of channels
 * (Wu & He, 2018). One group is layer normalization of whole samples, as many as channels instance normalization.
 * Derivative: as `layerNorm`.
 * @param x [batch, channels, ...]
 * @param groups into how many groups of neighbors the channels are split
 * @param options weight and bias of shape [channels]
 * @throws ShapeError where they do not belong together
 * @throws ConfigError for an epsilon below 0 @see torch.nn.functional.group_norm
 */
export function groupNorm(x: Tensor, groups: number, options: NormalizationOptions = {}): Tensor {
  checkTensor('groupNorm', x);
  checkOptions('groupNorm', options);
  const [batch = 0, channels = 0] = x.shape;
  if (x.rank < 2 || !(Number.isSafeInteger(groups) && groups >= 1) || channels % groups !== 0) {
    throw new ShapeError('groupNorm', {
      expected: 'x [batch, channels, ...] with channels a multiple of groups',
      got: `${formatShape(x.shape)} and ${groups} groups`,
    });
  }
  checkAffine('groupNorm', [channels], options);
  const split = reshape(x, [batch, groups, x.size === 0 ? 0 : x.size / batch / groups]);
  const y = reshape(normalized('groupNorm', split, [2], options), x.shape);
  return affine(y, perChannel(x), options);
}

/**
 * (x - mean) / sqrt(variance + epsilon) weight + bias, with mean and variance of each channel over the batch and all that
 * is behind the channels (Ioffe & Szegedy, 2015); or those that are given, as at the time of inference. The batch's variance
 * divides by the number of elements.
 * Derivative: as `layerNorm`; given statistics are constants of x.
 * @param x [batch, channels, ...]
 * @param options weight, bias, mean and variance of shape [channels]
 * @throws ShapeError where they do not belong together
 * @throws DomainError for a single element a channel without given statistics: it would always be 0
 * @throws ConfigError for an epsilon below 0, and for one of mean and variance without the other
 * @see torch.nn.functional.batch_norm (which also moves running averages: here `BatchNorm1d` and `BatchNorm2d` do)
 *
 * @example
 * import { batchNorm, tensor } from '@renyi/tensor';
 * const x = tensor([[1, 5], [3, 5]]);
 * console.log(batchNorm(x, { epsilon: 0.25 }).mul(Math.sqrt(1.25)).toArray()); // => [ [ -1, 0 ], [ 1, 0 ] ]
 * const [mean, variance] = [tensor([1, 1]), tensor([4, 4])];
 * console.log(batchNorm(x, { mean, variance, epsilon: 0 }).toArray()); // => [ [ 0, 2 ], [ 1, 2 ] ]
 */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  checkTensor('batchNorm', x);
  checkOptions('batchNorm', options);
  const { mean, variance } = options;
  if (x.rank < 2) {
    throw new ShapeError('batchNorm', { expected: 'x [batch, channels, ...]', got: formatShape(x.shape) });
  }
  if ((mean === undefined) !== (variance === undefined)) {
    throw new ConfigError('batchNorm', {
      expected: 'both mean and variance, or neither',
      got: mean === undefined ? 'variance alone' : 'mean alone',
    });
  }
  const channels = x.shape[1] as number;
  checkAffine('batchNorm', [channels], options);
  const shape = perChannel(x);
  if (mean === undefined || variance === undefined) {
    const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    if (sizeOf(axes.map((axis) => x.shape[axis] as number)) === 1) {
      throw new DomainError('batchNorm', {
        expected: 'more than one element for each channel',
        got: formatShape(x.shape),
        remedy: 'Give a mean and a variance, or a larger batch',
      });
    }
    return affine(normalized('batchNorm', x, axes, options), shape, options);
  }
  checkParameter('batchNorm', 'mean', [channels], mean);
  checkParameter('batchNorm', 'variance', [channels], variance);
  const scale = rsqrt(add(variance, epsilonOf('batchNorm', options)));
  const y = mul(sub(x, reshape(mean, shape)), reshape(scale, shape));
  return affine(y, shape, options);
}

function normalized(
  operation: string,
  x: Tensor,
  axes: readonly number[],
  options: NormalizationOptions,
): Tensor {
  return bind(normalize, [x], { axes, epsilon: epsilonOf(operation, options) });
}

function epsilonOf(operation: string, { epsilon = 1e-5 }: NormalizationOptions): number {
  if (epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY) return epsilon;
  throw new ConfigError(operation, { expected: 'a finite epsilon of at least 0', got: String(epsilon) });
}

/** The shape in which one number for each channel meets x [batch, channels, ...]. */
function perChannel(x: Tensor): Shape {
  return x.shape.slice(1).map((extent, axis) => (axis === 0 ? extent : 1));
}

function affine(y: Tensor, shape: Shape, { weight, bias }: NormalizationOptions): Tensor {
  const scaled = weight ? mul(y, reshape(weight, shape)) : y;
  return bias ? add(scaled, reshape(bias, shape)) : scaled;
}

function checkAffine(operation: string, shape: Shape, { weight, bias }: NormalizationOptions): void {
  if (weight !== undefined) checkParameter(operation, 'weight', shape, weight);
  if (bias !== undefined) checkParameter(operation, 'bias', shape, bias);
}

function checkParameter(operation: string, name: string, shape: Shape, x: Tensor): void {
  checkTensor(operation, x);
  if (sameShape(x.shape, shape)) return;
  throw new ShapeError(operation, {
    expected: `a ${name} of shape ${formatShape(shape)}`,
    got: formatShape(x.shape),
  });
}
