import { add, mean, mul, relu, sigmoid, type Tensor } from '@renyi/tensor';
import { BatchNorm2d } from '../layers/batch-norm.js';
import { Conv2d } from '../layers/convolution.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { Sequential } from '../sequential.js';
import { type ImageModelOptions, initializeConvolutions, layerOptions } from './options.js';

/**
 * Squeeze and excitation: each channel times a factor that a small network finds from the means of all channels
 * (J. Hu, L. Shen, G. Sun, "Squeeze-and-Excitation Networks", CVPR 2018).
 */
class SqueezeExcitation extends Module {
  readonly fc1: Conv2d;
  readonly fc2: Conv2d;

  constructor(channels: number, reduction: number, options: ImageModelOptions) {
    super();
    const hidden = Math.max(1, Math.floor(channels / reduction));
    this.fc1 = new Conv2d(channels, hidden, 1, layerOptions(options));
    this.fc2 = new Conv2d(hidden, channels, 1, layerOptions(options));
  }

  override forward(x: Tensor): Tensor {
    const means = mean(x, { axis: [2, 3], keepDims: true });
    return mul(x, sigmoid(this.fc2.forward(relu(this.fc1.forward(means)))));
  }
}

/** Where a block is: what goes in, its width, and its stride. */
interface Place {
  readonly inputs: number;
  readonly width: number;
  readonly stride: number;
}

/** A convolution without bias, since the normalization behind it has one. */
function convolution(
  inputs: number,
  filters: number,
  kernel: 1 | 3,
  stride: number,
  options: ImageModelOptions,
): Conv2d {
  const padding = kernel === 3 ? 1 : 0;
  return new Conv2d(inputs, filters, kernel, { ...layerOptions(options), stride, padding, bias: false });
}

/** The shortcut, where shapes differ: a convolution of 1x1. */
function downsample(
  { inputs, stride }: Place,
  filters: number,
  options: ImageModelOptions,
): Sequential | undefined {
  if (stride === 1 && inputs === filters) return undefined;
  const { dtype } = layerOptions(options);
  return new Sequential(
    convolution(inputs, filters, 1, stride, options),
    new BatchNorm2d(filters, { dtype }),
  );
}

/** relu(x + two convolutions of 3x3). */
class BasicBlock extends Module {
  static readonly expansion = 1;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly downsample: Sequential | undefined;

  constructor(place: Place, options: ResNetOptions) {
    super();
    const { inputs, width, stride } = place;
    const { dtype } = layerOptions(options);
    this.conv1 = convolution(inputs, width, 3, stride, options);
    this.bn1 = new BatchNorm2d(width, { dtype });
    this.conv2 = convolution(width, width, 3, 1, options);
    this.bn2 = new BatchNorm2d(width, { dtype });
    this.downsample = downsample(place, width, options);
  }

  override forward(x: Tensor): Tensor {
    const hidden = relu(this.bn1.forward(this.conv1.forward(x)));
    const y = this.bn2.forward(this.conv2.forward(hidden));
    return relu(add(y, this.downsample ? this.downsample.forward(x) : x));
  }
}

/** relu(x + convolutions of 1x1, 3x3 and 1x1, the middle ones narrower), with squeeze and excitation if there is a reduction. */
class Bottleneck extends Module {
  static readonly expansion = 4;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;
  readonly downsample: Sequential | undefined;
  readonly seModule: SqueezeExcitation | undefined;

  constructor(place: Place, options: ResNetOptions) {
    super();
    const { inputs, width, stride } = place;
    const { dtype } = layerOptions(options);
    const outputs = width * Bottleneck.expansion;
    this.conv1 = convolution(inputs, width, 1, 1, options);
    this.bn1 = new BatchNorm2d(width, { dtype });
    this.conv2 = convolution(width, width, 3, stride, options);
    this.bn2 = new BatchNorm2d(width, { dtype });
    this.conv3 = convolution(width, outputs, 1, 1, options);
    this.bn3 = new BatchNorm2d(outputs, { dtype });
    this.downsample = downsample(place, outputs, options);
    const { reduction } = options;
    this.seModule = reduction === undefined ? undefined : new SqueezeExcitation(outputs, reduction, options);
  }

  protected override fields(): Iterable<readonly [string, unknown]> {
    return Array.from(super.fields(), ([name, part]) => [name === 'seModule' ? 'se_module' : name, part]);
  }

  override forward(x: Tensor): Tensor {
    const first = relu(this.bn1.forward(this.conv1.forward(x)));
    const second = relu(this.bn2.forward(this.conv2.forward(first)));
    const third = this.bn3.forward(this.conv3.forward(second));
    const y = this.seModule ? this.seModule.forward(third) : third;
    return relu(add(y, this.downsample ? this.downsample.forward(x) : x));
  }
}

export interface ResNetOptions extends ImageModelOptions {
  /** Filters of the first convolution, 64 by default. */
  readonly width?: number;
  /** Of squeeze and excitation: into how much smaller a network the channels go. Without it there is none. */
  readonly reduction?: number;
}

/**
 * A residual network in the form for small images: a convolution of 3x3, four stages of blocks of which each but the first halves
 * the image and doubles the filters, the mean over what is left of the image, and a linear map.
 *
 * Source: K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016. The stride of a bottleneck
 * is that of its 3x3 convolution, as in most implementations.
 * @see torchvision.models.resnet18 (the same names; its first convolution is of 7x7, with a pooling behind)
 */
export class ResNet extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential;
  readonly fc: Linear;

  constructor(
    Block: typeof BasicBlock | typeof Bottleneck,
    depths: readonly [number, number, number, number],
    options: ResNetOptions,
  ) {
    super();
    const { classes, channels = 3, width = 64 } = options;
    const { dtype } = layerOptions(options);
    let inputs = width;
    const stage = (index: number): Sequential => {
      const own = width * 2 ** index;
      const blocks = Array.from({ length: depths[index] as number }, (_, block) => {
        const place = { inputs, width: own, stride: index > 0 && block === 0 ? 2 : 1 };
        inputs = own * Block.expansion;
        return new Block(place, options);
      });
      return new Sequential(...blocks);
    };
    this.conv1 = convolution(channels, width, 3, 1, options);
    this.bn1 = new BatchNorm2d(width, { dtype });
    this.layer1 = stage(0);
    this.layer2 = stage(1);
    this.layer3 = stage(2);
    this.layer4 = stage(3);
    this.fc = new Linear(inputs, classes, layerOptions(options));
    initializeConvolutions(this, options);
  }

  /** @param x [batch, channels, height, width] @throws ShapeError for another shape */
  override forward(x: Tensor): Tensor {
    const first = relu(this.bn1.forward(this.conv1.forward(x)));
    const stages = [this.layer1, this.layer2, this.layer3, this.layer4];
    const last = stages.reduce((y, layer) => layer.forward(y), first);
    return this.fc.forward(mean(last, { axis: [2, 3] }));
  }
}

/**
 * The `ResNet` of 18 layers.
 *
 * @example
 * import { Generator, zeros } from '@renyi/tensor';
 * import { resnet18 } from '@renyi/nn/models';
 * const net = resnet18({ classes: 10, width: 4, generator: new Generator(0) });
 * console.log(net.forward(zeros([2, 3, 32, 32])).shape); // => [ 2, 10 ]
 */
export function resnet18(options: Omit<ResNetOptions, 'reduction'>): ResNet {
  return new ResNet(BasicBlock, [2, 2, 2, 2], options);
}

/** The `ResNet` of 34 layers. */
export function resnet34(options: Omit<ResNetOptions, 'reduction'>): ResNet {
  return new ResNet(BasicBlock, [3, 4, 6, 3], options);
}

/** The `ResNet` of 50 layers, of bottlenecks. */
export function resnet50(options: Omit<ResNetOptions, 'reduction'>): ResNet {
  return new ResNet(Bottleneck, [3, 4, 6, 3], options);
}

/**
 * `resnet50` with squeeze and excitation, by default to a 16th of the channels
 * (J. Hu, L. Shen, G. Sun, "Squeeze-and-Excitation Networks", CVPR 2018).
 */
export function seResnet50(options: ResNetOptions): ResNet {
  return new ResNet(Bottleneck, [3, 4, 6, 3], { reduction: 16, ...options });
}
