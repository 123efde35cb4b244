import { ConfigError, relu, type Tensor } from '@renyi/tensor';
import { Conv2d } from '../layers/convolution.js';
import { MaxPool2d } from '../layers/pooling.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { type ImageModelOptions, layerOptions } from './options.js';

/**
 * LeNet-5 with the maxima and ReLUs of today: two convolutions of 5x5 with 6 and 16 filters, each followed by pooling, and
 * three linear maps by 120 and 84. Images of 32x32, or of 28x28 with the padding that makes them so.
 *
 * Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition", Proc. IEEE 1998.
 *
 * @example
 * import { Generator, zeros } from '@renyi/tensor';
 * import { LeNet } from '@renyi/nn/models';
 * const net = new LeNet({ classes: 10, generator: new Generator(0) });
 * console.log(net.forward(zeros([2, 1, 28, 28])).shape); // => [ 2, 10 ]
 */
export class LeNet extends Module {
  readonly conv1: Conv2d;
  readonly conv2: Conv2d;
  readonly pool: MaxPool2d = new MaxPool2d(2);
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly fc3: Linear;

  /**
   * @param options.channels 1 by default
   * @param options.size of an image's sides, at least 12, 28 by default; padding is added to those below 32
   * @throws ConfigError for another size, or for no classes
   */
  constructor(options: ImageModelOptions & { readonly size?: number }) {
    super();
    const layer = layerOptions(options);
    const { channels = 1, classes, size = 28 } = options;
    if (!Number.isInteger(size) || size < 12) {
      const expected =
        'size, a whole number of pixels of which something is left after both convolutions, at least 12';
      throw new ConfigError('LeNet', { expected, got: String(size) });
    }
    const padding = size < 32 ? 2 : 0;
    const afterFirst = Math.floor((size + 2 * padding - 4) / 2);
    const afterSecond = Math.floor((afterFirst - 4) / 2);
    this.conv1 = new Conv2d(channels, 6, 5, { ...layer, padding });
    this.conv2 = new Conv2d(6, 16, 5, layer);
    this.fc1 = new Linear(16 * afterSecond * afterSecond, 120, layer);
    this.fc2 = new Linear(120, 84, layer);
    this.fc3 = new Linear(84, classes, layer);
  }

  /** @param x [batch, channels, size, size] @throws ShapeError for another shape */
  override forward(x: Tensor): Tensor {
    const first = this.pool.forward(relu(this.conv1.forward(x)));
    const second = this.pool.forward(relu(this.conv2.forward(first)));
    const features = second.reshape([x.shape[0] as number, -1]);
    return this.fc3.forward(relu(this.fc2.forward(relu(this.fc1.forward(features)))));
  }
}
