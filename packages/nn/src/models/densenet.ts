import { avgPool2d, concat, mean, relu, type Tensor } from '@renyi/tensor';
import { BatchNorm2d } from '../layers/batch-norm.js';
import { Conv2d } from '../layers/convolution.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { Sequential } from '../sequential.js';
import { type ImageModelOptions, initializeConvolutions, layerOptions } from './options.js';

/** x and, behind it in the channels, `growth` new ones: convolutions of 1x1 and 3x3, each normalized before. */
class DenseLayer extends Module {
  readonly norm1: BatchNorm2d;
  readonly conv1: Conv2d;
  readonly norm2: BatchNorm2d;
  readonly conv2: Conv2d;

  constructor(inputs: number, growth: number, options: ImageModelOptions) {
    super();
    const layer = { ...layerOptions(options), bias: false };
    const { dtype } = layer;
    this.norm1 = new BatchNorm2d(inputs, { dtype });
    this.conv1 = new Conv2d(inputs, 4 * growth, 1, layer);
    this.norm2 = new BatchNorm2d(4 * growth, { dtype });
    this.conv2 = new Conv2d(4 * growth, growth, 3, { ...layer, padding: 1 });
  }

  override forward(x: Tensor): Tensor {
    const hidden = this.conv1.forward(relu(this.norm1.forward(x)));
    return concat([x, this.conv2.forward(relu(this.norm2.forward(hidden)))], { axis: 1 });
  }
}

/** Half of the channels, and half of the extents. */
class Transition extends Module {
  readonly norm: BatchNorm2d;
  readonly conv: Conv2d;

  constructor(inputs: number, options: ImageModelOptions) {
    super();
    const layer = layerOptions(options);
    this.norm = new BatchNorm2d(inputs, { dtype: layer.dtype });
    this.conv = new Conv2d(inputs, Math.floor(inputs / 2), 1, { ...layer, bias: false });
  }

  override forward(x: Tensor): Tensor {
    return avgPool2d(this.conv.forward(relu(this.norm.forward(x))), 2);
  }
}

/**
 * DenseNet-121 in its form for small images: a convolution of 3x3, blocks of 6, 12, 24 and 16 layers that each see all channels
 * before them, transitions between the blocks, the mean over what is left of the image, and a linear map.
 *
 * Source: G. Huang, Z. Liu, L. van der Maaten, K. Weinberger, "Densely Connected Convolutional Networks", CVPR 2017.
 *
 * @example
 * import { Generator, zeros } from '@renyi/tensor';
 * import { DenseNet121 } from '@renyi/nn/models';
 * const net = new DenseNet121({ classes: 10, growth: 2, generator: new Generator(0) });
 * console.log(net.forward(zeros([1, 3, 32, 32])).shape); // => [ 1, 10 ]
 */
export class DenseNet121 extends Module {
  readonly conv: Conv2d;
  readonly blocks: Sequential;
  readonly norm: BatchNorm2d;
  readonly linear: Linear;

  /** @param options.growth how many channels each layer adds, 32 by default */
  constructor(options: ImageModelOptions & { readonly growth?: number }) {
    super();
    const { classes, channels = 3, growth = 32 } = options;
    const layer = layerOptions(options);
    let inputs = 2 * growth;
    this.conv = new Conv2d(channels, inputs, 3, { ...layer, padding: 1, bias: false });
    const parts: Module[] = [];
    for (const [block, depth] of [6, 12, 24, 16].entries()) {
      if (block > 0) {
        parts.push(new Transition(inputs, options));
        inputs = Math.floor(inputs / 2);
      }
      for (let i = 0; i < depth; i++) {
        parts.push(new DenseLayer(inputs, growth, options));
        inputs += growth;
      }
    }
    this.blocks = new Sequential(...parts);
    this.norm = new BatchNorm2d(inputs, { dtype: layer.dtype });
    this.linear = new Linear(inputs, classes, layer);
    initializeConvolutions(this, options);
  }

  /** @param x [batch, channels, height, width] @throws ShapeError for another shape */
  override forward(x: Tensor): Tensor {
    const features = relu(this.norm.forward(this.blocks.forward(this.conv.forward(x))));
    return this.linear.forward(mean(features, { axis: [2, 3] }));
  }
}
