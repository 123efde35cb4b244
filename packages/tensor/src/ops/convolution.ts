import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { ConfigError, ShapeError } from '../errors.js';
import * as primitives from '../primitives/convolution.js';
import { type Convolution, convolvedShape } from '../primitives/convolution.js';
import { formatShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { numberPerAxis, type Padding, paddingPerAxis, type PerAxis, reachOf } from '../windows.js';
import { add } from './arithmetic.js';
import { reshape } from './rearrange.js';
import { embed } from './embed.js';
import { type Axes, batchOf, inTwoAxes, overTwoAxes } from './two-axes.js';

/** Settings of a convolution. Where one is a list, it has an entry for each axis over which windows slide. */
export interface ConvolutionOptions {
  /** [filters], added to every window's result. */
  readonly bias?: Tensor;
  /** From one window to the next; 1 by default. */
  readonly stride?: PerAxis;
  /** Zeros around x; none by default. */
  readonly padding?: Padding;
  /** From one element of a window to the next; 1 by default. */
  readonly dilation?: PerAxis;
  /** Channels and filters are split into this many groups, and each meets its own group alone; 1 by default. */
  readonly groups?: number;
}

/**
 * Convolution over the last two axes, without flipping the filter, as all such libraries have it:
 *
 *     y[n, f, i, j] = bias[f] + sum over c, k, l of weight[f, c, k, l] x[n, c, i s + k d - p, j s' + l d' - p'].
 *
 * Each element is accumulated in float64; what lies in the padding has no influence. Integers answer in float32.
 *
 * Derivative: the transposed convolution of the cotangent for x, the convolution of x with the cotangent for the weight;
 * the three are the partial derivatives of one trilinear form, so every order exists.
 * Cost: batch filters (channels / groups) windows kernel multiply-adds.
 * @param x [batch, channels, height, width], or without batch
 * @param weight [filters, channels / groups, kernel height, kernel width]
 * @returns [batch, filters, windows down, windows across], floor((extent + padding - dilation (kernel - 1) - 1) / stride) + 1
 * @throws ShapeError when x, weight, bias and groups do not belong together, or the kernel is larger than the padded x
 * @throws ConfigError for a stride, padding, dilation or groups that make no sense
 * @see torch.nn.functional.conv2d, jax.lax.conv_general_dilated
 *
 * @example
 * import { conv2d, tensor } from '@renyi/tensor';
 * const x = tensor([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]); // one channel, no batch
 * const blur = tensor([[[[1, 1], [1, 1]]]]);
 * console.log(conv2d(x, blur).toArray()); // => [ [ [ 12, 16 ], [ 24, 28 ] ] ]
 */
export function conv2d(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  checkOptions('conv2d', options);
  return convolve('conv2d', 2, x, weight, options);
}

/**
 * Convolution over the last axis: `conv2d` of one row.
 * @param x [batch, channels, length], or without batch
 * @param weight [filters, channels / groups, kernel]
 * @throws ShapeError, ConfigError as conv2d @see torch.nn.functional.conv1d
 *
 * @example
 * import { conv1d, tensor } from '@renyi/tensor';
 * const differences = conv1d(tensor([[1, 4, 9, 16]]), tensor([[[-1, 1]]]));
 * console.log(differences.toArray()); // => [ [ 3, 5, 7 ] ]
 */
export function conv1d(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  checkOptions('conv1d', options);
  return convolve('conv1d', 1, x, weight, options);
}

/** Settings of a transposed convolution: those of the convolution that it is the adjoint of. */
export interface ConvTransposeOptions extends Omit<ConvolutionOptions, 'padding'> {
  /** As many elements are cut off at each end of the result; 0 by default. */
  readonly padding?: PerAxis;
  /** Elements added behind, less than stride or dilation: with a stride, several sizes have one convolution. 0 by default. */
  readonly outputPadding?: PerAxis;
}

/**
 * The adjoint of `conv2d` in its input: each element of x puts the filter, scaled, into the result.
 * Derivative: the convolution of the cotangent for x.
 * @param x [batch, channels, height, width], or without batch
 * @param weight [channels, filters / groups, kernel height, kernel width]
 * @returns [batch, filters, ...], each extent (extent - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1
 * @throws ShapeError when x, weight, bias and groups do not belong together, or nothing is left of the result
 * @throws ConfigError for settings that make no sense @see torch.nn.functional.conv_transpose2d
 *
 * @example
 * import { convTranspose2d, tensor } from '@renyi/tensor';
 * const x = tensor([[[1, 2]]]);
 * console.log(convTranspose2d(x, tensor([[[[1, 1]]]]), { stride: [1, 2] }).toArray()); // => [ [ [ 1, 1, 2, 2 ] ] ]
 */
export function convTranspose2d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
  checkOptions('convTranspose2d', options);
  return convolveTransposed('convTranspose2d', 2, x, weight, options);
}

/** `convTranspose2d` of one row, [batch, channels, length]. @throws ShapeError, ConfigError @see torch.nn.functional.conv_transpose1d */
export function convTranspose1d(x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor {
  checkOptions('convTranspose1d', options);
  return convolveTransposed('convTranspose1d', 1, x, weight, options);
}

function convolve(
  operation: string,
  axes: Axes,
  x: Tensor,
  weight: Tensor,
  options: ConvolutionOptions,
): Tensor {
  const { padding = 0 } = options;
  checkOperands(operation, axes, x, weight);
  const kernel = weight.shape.slice(2);
  const steps = stepsOf(operation, axes, options);
  const attributes = { ...steps, padding: paddingPerAxis(operation, padding, kernel, steps) };
  const [batch, isSingle] = batchOf(x, axes);
  const shape = convolvedShape(operation, batch.shape, weight.shape, attributes);
  checkBias(operation, options.bias, shape[1] as number);
  const y = bind(
    primitives.conv2d,
    [inTwoAxes(batch, axes), inTwoAxes(weight, axes)],
    overTwoAxes(attributes),
  );
  return finish(y, shape, isSingle, options.bias);
}

function convolveTransposed(
  operation: string,
  axes: Axes,
  x: Tensor,
  weight: Tensor,
  options: ConvTransposeOptions,
): Tensor {
  checkOperands(operation, axes, x, weight);
  const steps = stepsOf(operation, axes, options);
  const cut = numberPerAxis(operation, 'padding', options.padding ?? 0, axes, 0);
  const added = numberPerAxis(operation, 'outputPadding', options.outputPadding ?? 0, axes, 0);
  if (added.some((extra, axis) => extra >= Math.max(steps.stride[axis]!, steps.dilation[axis]!))) {
    throw new ConfigError(operation, {
      expected: 'outputPadding below the stride or the dilation',
      got: formatShape(added),
    });
  }
  // What is added behind is first what was cut off there, and zeros where nothing was.
  const padding = cut.map((before, axis) => [before, Math.max(before - added[axis]!, 0)] as const);
  const [batch, isSingle] = batchOf(x, axes);
  const size = batch.shape.slice(2).map((extent, axis) => {
    const [before, after] = padding[axis] as readonly [number, number];
    const reach = reachOf(weight.shape[axis + 2] as number, steps.dilation[axis]!);
    return (extent - 1) * steps.stride[axis]! + reach - before - after;
  });
  const filters = checkTransposed(operation, batch.shape, weight.shape, size, steps.groups);
  checkBias(operation, options.bias, filters);
  const attributes = overTwoAxes({ ...steps, padding });
  const part = bind(primitives.conv2dGradInput, [inTwoAxes(batch, axes), inTwoAxes(weight, axes)], {
    ...attributes,
    size: axes === 1 ? [1, size[0]!] : [size[0]!, size[1]!],
  });
  const behind = added.map((extra, axis) => Math.max(extra - cut[axis]!, 0));
  const shape = [batch.shape[0]!, filters, ...size.map((extent, axis) => extent + behind[axis]!)];
  const y = behind.every((extra) => extra === 0)
    ? part
    : embed(part, axes === 1 ? shape.toSpliced(2, 0, 1) : shape, { starts: [0, 0, 0, 0] });
  return finish(y, shape, isSingle, options.bias);
}

function checkOperands(operation: string, axes: Axes, x: Tensor, weight: Tensor): void {
  checkTensor(operation, x);
  checkTensor(operation, weight);
  if ((x.rank !== axes + 2 && x.rank !== axes + 1) || weight.rank !== axes + 2) {
    const extents = axes === 1 ? 'length' : 'height, width';
    throw new ShapeError(operation, {
      expected: `x [batch, channels, ${extents}] or [channels, ${extents}], and a weight of ${axes + 2} axes`,
      got: `${formatShape(x.shape)} and ${formatShape(weight.shape)}`,
    });
  }
}

function checkBias(operation: string, bias: Tensor | undefined, filters: number): void {
  if (bias === undefined) return;
  checkTensor(operation, bias);
  if (bias.rank !== 1 || bias.shape[0] !== filters) {
    throw new ShapeError(operation, {
      expected: `a bias of shape [${filters}], one for each filter`,
      got: formatShape(bias.shape),
    });
  }
}

/** @returns the number of filters. @throws ShapeError unless channels and groups fit, and something is left of the result. */
function checkTransposed(operation: string, x: Shape, weight: Shape, size: Shape, groups: number): number {
  const [channels, depth] = weight as readonly [number, number];
  if (x[1] !== channels || channels % groups !== 0) {
    throw new ShapeError(operation, {
      expected: 'weight [channels, filters / groups, ...] with channels a multiple of groups',
      got: `channels ${x[1]}, weight ${formatShape(weight)} and groups ${groups}`,
    });
  }
  if (weight.slice(2).includes(0) || size.some((extent) => extent < 1)) {
    throw new ShapeError(operation, {
      expected: 'a result of at least one element along each axis',
      got: `extents ${formatShape(size)} from ${formatShape(x)} and weight ${formatShape(weight)}`,
    });
  }
  return depth * groups;
}

function stepsOf(
  operation: string,
  axes: Axes,
  { stride = 1, dilation = 1, groups = 1 }: Pick<ConvolutionOptions, 'stride' | 'dilation' | 'groups'>,
): Omit<Convolution, 'padding'> {
  if (!Number.isSafeInteger(groups) || groups < 1) {
    throw new ConfigError(operation, { expected: 'at least one group', got: String(groups) });
  }
  return {
    stride: numberPerAxis(operation, 'a stride', stride, axes, 1),
    dilation: numberPerAxis(operation, 'a dilation', dilation, axes, 1),
    groups,
  };
}

function finish(y: Tensor, shape: Shape, isSingle: boolean, bias: Tensor | undefined): Tensor {
  const result = reshape(y, isSingle ? shape.slice(1) : shape);
  return bias === undefined ? result : add(result, reshape(bias, [-1, ...shape.slice(2).fill(1)]));
}
