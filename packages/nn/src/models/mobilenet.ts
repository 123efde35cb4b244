import { mean, type Tensor } from '@renyi/tensor';
import { ReLU } from '../activations.js';
import { BatchNorm2d } from '../layers/batch-norm.js';
import { Conv2d } from '../layers/convolution.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { Sequential } from '../sequential.js';
import { type ImageModelOptions, initializeConvolutions, layerOptions } from './options.js';

/** Filters of the 13 pairs in units of the first convolution's, and their strides. */
const plan: readonly (readonly [filters: number, stride: number])[] = [
  [2, 1],
  [4, 2],
  [4, 1],
  [8, 2],
  [8, 1],
  [16, 2],
  [16, 1],
  [16, 1],
  [16, 1],
  [16, 1],
  [16, 1],
  [32, 2],
  [32, 1],
];

/**
 * MobileNet in its form for small images: a convolution of 3x3 and 13 pairs of one that sees each channel alone and one of 1x1,
 * the mean over what is left of the image, and a linear map.
 *
 * Source: A. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", arXiv:1704.04861, 2017.
 *
 * @example
 * import { Generator, zeros } from '@renyi/tensor';
 * import { MobileNet } from '@renyi/nn/models';
 * const net = new MobileNet({ classes: 10, width: 2, generator: new Generator(0) });
 * console.log(net.forward(zeros([1, 3, 32, 32])).shape); // => [ 1, 10 ]
 */
export class MobileNet extends Module {
  readonly layers: Sequential;
  readonly linear: Linear;

  /** @param options.width filters of the first convolution, 32 by default */
  constructor(options: ImageModelOptions & { readonly width?: number }) {
    super();
    const { classes, channels = 3, width = 32 } = options;
    const layer = layerOptions(options);
    const unit = (inputs: number, filters: number, kernel: 1 | 3, settings: object): Module[] => [
      new Conv2d(inputs, filters, kernel, { ...layer, padding: (kernel - 1) / 2, bias: false, ...settings }),
      new BatchNorm2d(filters, { dtype: layer.dtype }),
      new ReLU(),
    ];
    const parts = unit(channels, width, 3, {});
    let inputs = width;
    for (const [factor, stride] of plan) {
      const filters = factor * width;
      parts.push(...unit(inputs, inputs, 3, { stride, groups: inputs }), ...unit(inputs, filters, 1, {}));
      inputs = filters;
    }
    this.layers = new Sequential(...parts);
    this.linear = new Linear(inputs, classes, layer);
    initializeConvolutions(this, options);
  }

  /** @param x [batch, channels, height, width] @throws ShapeError for another shape */
  override forward(x: Tensor): Tensor {
    return this.linear.forward(mean(this.layers.forward(x), { axis: [2, 3] }));
  }
}
