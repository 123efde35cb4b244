import { Parameter } from '@renyi/autodiff';
import {
  ConfigError,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  type DType,
  formatShape,
  type Generator,
  type Padding,
  type PerAxis,
  type Shape,
  ShapeError,
  type Tensor,
} from '@renyi/tensor';
import { uniformFanIn } from '../init.js';
import { Module } from '../module.js';
import { checkCounts } from './checks.js';

/** Settings of all convolutions. Where one is a list, it has an entry for each axis over which windows slide. */
interface CommonOptions {
  /** Where the initial weights come from. */
  readonly generator: Generator;
  /** From one window to the next; 1 by default. */
  readonly stride?: PerAxis;
  /** From one element of a window to the next; 1 by default. */
  readonly dilation?: PerAxis;
  /** Channels and filters are split into this many groups, and each meets its own group alone; 1 by default. */
  readonly groups?: number;
  /** Whether there is a bias; true by default. */
  readonly bias?: boolean;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

export interface ConvOptions extends CommonOptions {
  /** Zeros around x; none by default. */
  readonly padding?: Padding;
}

export interface ConvTransposeModuleOptions extends CommonOptions {
  /** As many elements are cut off at each end of the result; 0 by default. */
  readonly padding?: PerAxis;
  /** Elements added behind; 0 by default. */
  readonly outputPadding?: PerAxis;
}

/** What all convolutions have in common: a weight and a bias, uniform in ±1/sqrt(fan-in) at first, the weight drawn first. */
abstract class Filters<Options extends CommonOptions> extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  /** As given, without the generator. */
  readonly #settings: Omit<Options, 'generator' | 'bias' | 'dtype'>;

  protected constructor(
    readonly channels: number,
    readonly filters: number,
    weightShape: Shape,
    { generator, bias = true, dtype = 'float32', ...settings }: Options,
  ) {
    super();
    const fanIn = weightShape.slice(1).reduce((product, extent) => product * extent, 1);
    this.weight = new Parameter(uniformFanIn(weightShape, fanIn, generator, dtype));
    this.bias = bias ? new Parameter(uniformFanIn([filters], fanIn, generator, dtype)) : undefined;
    this.#settings = settings;
  }

  protected get options(): Omit<Options, 'generator' | 'bias' | 'dtype'> & { readonly bias?: Tensor } {
    return this.bias === undefined ? this.#settings : { ...this.#settings, bias: this.bias.value };
  }

  protected checked(operation: string, x: Tensor, axes: number): Tensor {
    const channels = x.shape[x.rank - axes - 1];
    if (channels === this.channels) return x;
    const extents = axes === 1 ? 'length' : 'height, width';
    throw new ShapeError(operation, {
      expected: `[batch, ${this.channels}, ${extents}] or [${this.channels}, ${extents}]`,
      got: formatShape(x.shape),
    });
  }
}

/** @returns the kernel's extents @throws ConfigError for counts and groups that make no sense */
function kernelOf(
  operation: string,
  axes: number,
  kernel: PerAxis,
  counts: { readonly channels: number; readonly filters: number; readonly groups: number },
): Shape {
  const extents: Shape = Array.isArray(kernel) ? kernel : new Array<number>(axes).fill(kernel as number);
  checkCounts(operation, counts);
  if (extents.length !== axes || !extents.every((extent) => Number.isSafeInteger(extent) && extent >= 1)) {
    throw new ConfigError(operation, {
      expected: axes === 1 ? 'a kernel of at least 1' : 'a kernel of at least 1, or a list of 2',
      got: Array.isArray(kernel) ? formatShape(kernel) : String(kernel),
    });
  }
  const { channels, filters, groups } = counts;
  if (channels % groups !== 0 || filters % groups !== 0) {
    throw new ConfigError(operation, {
      expected: 'channels and filters that are multiples of groups',
      got: `${channels}, ${filters} and ${groups}`,
    });
  }
  return extents;
}

/** A convolution's multiply-adds: each element of the result takes one filter. */
function convolutionCost(y: Shape, weight: Shape): number {
  return [...y, ...weight.slice(1)].reduce((product, extent) => product * extent, 1);
}

/**
 * The convolution of x [batch, channels, length] with as many filters of the given kernel, and a bias for each: `conv1d`. The
 * weight is [filters, channels / groups, kernel].
 * @see torch.nn.Conv1d
 */
export class Conv1d extends Filters<ConvOptions> {
  /** @throws ConfigError for counts, kernel or groups that make no sense @throws DTypeError unless the dtype is float */
  constructor(channels: number, filters: number, kernel: PerAxis, options: ConvOptions) {
    const { groups = 1 } = options;
    const extents = kernelOf('Conv1d', 1, kernel, { channels, filters, groups });
    super(channels, filters, [filters, channels / groups, ...extents], options);
  }

  /** @throws ShapeError unless x has the channels, and where no window fits @throws ConfigError as `conv1d` */
  override forward(x: Tensor): Tensor {
    return conv1d(this.checked('Conv1d', x, 1), this.weight.value, this.options);
  }

  override multiplyAdds(_x: Shape, y: Shape): number {
    return convolutionCost(y, this.weight.value.shape);
  }
}

/**
 * The convolution of x [batch, channels, height, width] with as many filters of the given kernel, and a bias for each:
 * `conv2d`. The weight is [filters, channels / groups, kernel height, kernel width].
 * @see torch.nn.Conv2d
 *
 * @example
 * import { Generator, ones } from '@renyi/tensor';
 * import { Conv2d } from '@renyi/nn';
 * const layer = new Conv2d(3, 8, 3, { stride: 2, padding: 1, generator: new Generator(0) });
 * console.log(layer.forward(ones([1, 3, 32, 32])).shape, layer.weight.value.shape); // => [ 1, 8, 16, 16 ] [ 8, 3, 3, 3 ]
 */
export class Conv2d extends Filters<ConvOptions> {
  /** @throws ConfigError for counts, kernel or groups that make no sense @throws DTypeError unless the dtype is float */
  constructor(channels: number, filters: number, kernel: PerAxis, options: ConvOptions) {
    const { groups = 1 } = options;
    const extents = kernelOf('Conv2d', 2, kernel, { channels, filters, groups });
    super(channels, filters, [filters, channels / groups, ...extents], options);
  }

  /** @throws ShapeError unless x has the channels, and where no window fits @throws ConfigError as `conv2d` */
  override forward(x: Tensor): Tensor {
    return conv2d(this.checked('Conv2d', x, 2), this.weight.value, this.options);
  }

  override multiplyAdds(_x: Shape, y: Shape): number {
    return convolutionCost(y, this.weight.value.shape);
  }
}

/**
 * The adjoint of a convolution of `filters` channels with `channels` filters, and a bias: `convTranspose1d`. The weight is
 * [channels, filters / groups, kernel].
 * @see torch.nn.ConvTranspose1d
 */
export class ConvTranspose1d extends Filters<ConvTransposeModuleOptions> {
  /** @throws ConfigError for counts, kernel or groups that make no sense @throws DTypeError unless the dtype is float */
  constructor(channels: number, filters: number, kernel: PerAxis, options: ConvTransposeModuleOptions) {
    const { groups = 1 } = options;
    const extents = kernelOf('ConvTranspose1d', 1, kernel, { channels, filters, groups });
    super(channels, filters, [channels, filters / groups, ...extents], options);
  }

  /** @throws ShapeError unless x has the channels @throws ConfigError as `convTranspose1d` */
  override forward(x: Tensor): Tensor {
    return convTranspose1d(this.checked('ConvTranspose1d', x, 1), this.weight.value, this.options);
  }

  override multiplyAdds(x: Shape): number {
    return convolutionCost(x, this.weight.value.shape);
  }
}

/**
 * The adjoint of a convolution of `filters` channels with `channels` filters, and a bias: `convTranspose2d`. The weight is
 * [channels, filters / groups, kernel height, kernel width].
 * @see torch.nn.ConvTranspose2d
 */
export class ConvTranspose2d extends Filters<ConvTransposeModuleOptions> {
  /** @throws ConfigError for counts, kernel or groups that make no sense @throws DTypeError unless the dtype is float */
  constructor(channels: number, filters: number, kernel: PerAxis, options: ConvTransposeModuleOptions) {
    const { groups = 1 } = options;
    const extents = kernelOf('ConvTranspose2d', 2, kernel, { channels, filters, groups });
    super(channels, filters, [channels, filters / groups, ...extents], options);
  }

  /** @throws ShapeError unless x has the channels @throws ConfigError as `convTranspose2d` */
  override forward(x: Tensor): Tensor {
    return convTranspose2d(this.checked('ConvTranspose2d', x, 2), this.weight.value, this.options);
  }

  override multiplyAdds(x: Shape): number {
    return convolutionCost(x, this.weight.value.shape);
  }
}
