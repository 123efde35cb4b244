import { concat, mean, type Tensor } from '@renyi/tensor';
import { ReLU } from '../activations.js';
import { BatchNorm2d } from '../layers/batch-norm.js';
import { Conv2d } from '../layers/convolution.js';
import { MaxPool2d } from '../layers/pooling.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { Sequential } from '../sequential.js';
import { type ImageModelOptions, initializeConvolutions, layerOptions } from './options.js';

/** Filters of the branches: 1x1; 3x3 and what is before it; 5x5 and what is before it; 1x1 behind the pooling. */
type Branches = readonly [
  one: number,
  reduce3: number,
  three: number,
  reduce5: number,
  five: number,
  pool: number,
];

const plan: readonly (Branches | 'M')[] = [
  [64, 96, 128, 16, 32, 32],
  [128, 128, 192, 32, 96, 64],
  'M',
  [192, 96, 208, 16, 48, 64],
  [160, 112, 224, 24, 64, 64],
  [128, 128, 256, 24, 64, 64],
  [112, 144, 288, 32, 64, 64],
  [256, 160, 320, 32, 128, 128],
  'M',
  [256, 160, 320, 32, 128, 128],
  [384, 192, 384, 48, 128, 128],
];

/** A convolution that keeps the extents, normalized, and its ReLU. */
function unit(inputs: number, filters: number, kernel: number, options: ImageModelOptions): Module[] {
  const layer = layerOptions(options);
  const padding = (kernel - 1) / 2;
  return [
    new Conv2d(inputs, filters, kernel, { ...layer, padding }),
    new BatchNorm2d(filters, { dtype: layer.dtype }),
    new ReLU(),
  ];
}

/** Four branches over the same image, one behind the other in the channels. The 5x5 is two convolutions of 3x3. */
class Inception extends Module {
  readonly branches: readonly Sequential[];

  constructor(inputs: number, filters: Branches, options: ImageModelOptions) {
    super();
    const [one, reduce3, three, reduce5, five, pool] = filters;
    this.branches = [
      new Sequential(...unit(inputs, one, 1, options)),
      new Sequential(...unit(inputs, reduce3, 1, options), ...unit(reduce3, three, 3, options)),
      new Sequential(
        ...unit(inputs, reduce5, 1, options),
        ...unit(reduce5, five, 3, options),
        ...unit(five, five, 3, options),
      ),
      new Sequential(new MaxPool2d(3, { stride: 1, padding: 1 }), ...unit(inputs, pool, 1, options)),
    ];
  }

  override forward(x: Tensor): Tensor {
    return concat(
      this.branches.map((branch) => branch.forward(x)),
      { axis: 1 },
    );
  }
}

/**
 * GoogLeNet in its form for small images: a convolution of 3x3, nine inception modules with two poolings between them, the mean
 * over what is left of the image, and a linear map; with batch normalization and without the auxiliary classifiers.
 *
 * Source: C. Szegedy et al., "Going Deeper with Convolutions", CVPR 2015; a convolution of 5x5 is two of 3x3, as in their
 * "Rethinking the Inception Architecture for Computer Vision", CVPR 2016.
 *
 * @example
 * import { Generator, zeros } from '@renyi/tensor';
 * import { GoogLeNet } from '@renyi/nn/models';
 * const net = new GoogLeNet({ classes: 10, shrink: 16, generator: new Generator(0) });
 * console.log(net.forward(zeros([1, 3, 32, 32])).shape); // => [ 1, 10 ]
 */
export class GoogLeNet extends Module {
  readonly stem: Sequential;
  readonly inceptions: Sequential;
  readonly linear: Linear;

  /** @param options.shrink by how much all filters are fewer, 1 by default */
  constructor(options: ImageModelOptions & { readonly shrink?: number }) {
    super();
    const { classes, channels = 3, shrink = 1 } = options;
    const scaled = (filters: number): number => Math.max(1, Math.round(filters / shrink));
    let inputs = scaled(192);
    this.stem = new Sequential(...unit(channels, inputs, 3, options));
    this.inceptions = new Sequential(
      ...plan.map((entry): Module => {
        if (entry === 'M') return new MaxPool2d(3, { stride: 2, padding: 1 });
        const filters = entry.map(scaled) as unknown as Branches;
        const module = new Inception(inputs, filters, options);
        inputs = filters[0] + filters[2] + filters[4] + filters[5];
        return module;
      }),
    );
    this.linear = new Linear(inputs, classes, layerOptions(options));
    initializeConvolutions(this, options);
  }

  /** @param x [batch, channels, height, width] @throws ShapeError for another shape */
  override forward(x: Tensor): Tensor {
    const features = this.inceptions.forward(this.stem.forward(x));
    return this.linear.forward(mean(features, { axis: [2, 3] }));
  }
}
