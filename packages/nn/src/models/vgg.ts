import { type Tensor, mean } from '@renyi/tensor';
import { ReLU } from '../activations.js';
import { BatchNorm2d } from '../layers/batch-norm.js';
import { Conv2d } from '../layers/convolution.js';
import { Dropout } from '../layers/dropout.js';
import { MaxPool2d } from '../layers/pooling.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { Sequential } from '../sequential.js';
import { type ImageModelOptions, initializeConvolutions, layerOptions } from './options.js';

/** Filters of the 13 convolutions in units of the first ones', and where the maxima are taken. */
const plan = [1, 1, 'M', 2, 2, 'M', 4, 4, 4, 'M', 8, 8, 8, 'M', 8, 8, 8, 'M'] as const;

/**
 * VGG16 with batch normalization, in its form for small images: 13 convolutions of 3x3 with 5 poolings between them, the mean
 * over what is left of the image, and three linear maps with dropout. For images of at least 32x32.
 *
 * Sources: K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015 (D);
 * S. Ioffe, C. Szegedy, "Batch Normalization", ICML 2015.
 * @see torchvision.models.vgg16_bn (the same names; its classifier takes 7x7 positions)
 *
 * @example
 * import { Generator, zeros } from '@renyi/tensor';
 * import { VGG16 } from '@renyi/nn/models';
 * const net = new VGG16({ classes: 10, width: 4, hidden: 16, generator: new Generator(0) });
 * console.log(net.forward(zeros([2, 3, 32, 32])).shape); // => [ 2, 10 ]
 */
export class VGG16 extends Module {
  readonly features: Sequential;
  readonly classifier: Sequential;

  /**
   * @param options.width filters of the first convolution, 64 by default
   * @param options.hidden width of the linear maps, 4096 by default
   * @param options.dropout 0.5 by default
   */
  constructor(
    options: ImageModelOptions & {
      readonly width?: number;
      readonly hidden?: number;
      readonly dropout?: number;
    },
  ) {
    super();
    const layer = layerOptions(options);
    const { classes, channels = 3, width = 64, hidden = 4096, dropout = 0.5 } = options;
    const { dtype, generator } = layer;
    let inputs = channels;
    const features = plan.flatMap((entry): Module[] => {
      if (entry === 'M') return [new MaxPool2d(2)];
      const filters = entry * width;
      const convolution = new Conv2d(inputs, filters, 3, { ...layer, padding: 1 });
      inputs = filters;
      return [convolution, new BatchNorm2d(filters, { dtype }), new ReLU()];
    });
    this.features = initializeConvolutions(new Sequential(...features), options);
    this.classifier = new Sequential(
      new Linear(inputs, hidden, layer),
      new ReLU(),
      new Dropout(dropout, { generator }),
      new Linear(hidden, hidden, layer),
      new ReLU(),
      new Dropout(dropout, { generator }),
      new Linear(hidden, classes, layer),
    );
  }

  /** @param x [batch, channels, height, width] @throws ShapeError for another shape */
  override forward(x: Tensor): Tensor {
    return this.classifier.forward(mean(this.features.forward(x), { axis: [2, 3] }));
  }
}
