import { ConfigError, oneHot, slice, type Tensor, transpose } from '@renyi/tensor';
import { ReLU } from '../activations.js';
import { Conv1d } from '../layers/convolution.js';
import { Dropout } from '../layers/dropout.js';
import { MaxPool1d } from '../layers/pooling.js';
import { Flatten } from '../layers/shapes.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { Sequential } from '../sequential.js';
import { layerOptions, type ModelOptions } from './options.js';

/** Of the six convolutions: the kernel, and whether a pooling by 3 follows. */
const plan: readonly (readonly [kernel: number, isPooled: boolean])[] = [
  [7, true],
  [7, true],
  [3, false],
  [3, false],
  [3, false],
  [3, true],
];

/**
 * The convolutional network over characters: six convolutions over one-hot characters, three of them followed by pooling, and
 * three linear maps with dropout.
 *
 * Source: X. Zhang, J. Zhao, Y. LeCun, "Character-level Convolutional Networks for Text Classification", NIPS 2015.
 *
 * @example
 * import { Generator, zeros } from '@renyi/tensor';
 * import { CharCNN } from '@renyi/nn/models';
 * const net = new CharCNN({ classes: 4, length: 150, features: 8, hidden: 16, generator: new Generator(0) });
 * console.log(net.forward(zeros([2, 150], { dtype: 'int32' })).shape); // => [ 2, 4 ]
 */
export class CharCNN extends Module {
  readonly convolutions: Sequential;
  readonly classifier: Sequential;
  /** How many characters it tells apart. */
  readonly alphabet: number;

  /**
   * @param options.alphabet 70 by default
   * @param options.length of a text, 1014 by default, at least 123
   * @param options.features filters of each convolution, 256 by default
   * @param options.hidden width of the linear maps, 1024 by default
   * @param options.dropout 0.5 by default
   * @throws ConfigError for a length of which nothing is left
   */
  constructor(
    options: ModelOptions & {
      readonly alphabet?: number;
      readonly length?: number;
      readonly features?: number;
      readonly hidden?: number;
      readonly dropout?: number;
    },
  ) {
    super();
    const { classes, alphabet = 70, features = 256, hidden = 1024, dropout = 0.5 } = options;
    const layer = layerOptions(options);
    let { length = 1014 } = options;
    let inputs = alphabet;
    const parts = plan.flatMap(([kernel, isPooled]) => {
      const convolution = new Conv1d(inputs, features, kernel, layer);
      inputs = features;
      length -= kernel - 1;
      if (isPooled) length = Math.floor(length / 3);
      return [convolution, new ReLU(), ...(isPooled ? [new MaxPool1d(3)] : [])];
    });
    if (!(length >= 1)) {
      throw new ConfigError('CharCNN', {
        expected: 'a length of at least 123 characters',
        got: String(options.length),
      });
    }
    this.alphabet = alphabet;
    this.convolutions = new Sequential(...parts, new Flatten());
    const { generator } = layer;
    this.classifier = new Sequential(
      new Linear(features * length, hidden, layer),
      new ReLU(),
      new Dropout(dropout, { generator }),
      new Linear(hidden, hidden, layer),
      new ReLU(),
      new Dropout(dropout, { generator }),
      new Linear(hidden, classes, layer),
    );
  }

  /**
   * @param indices int32 [batch, length]: characters from 1 on, and 0 for one that is not in the alphabet
   * @throws DTypeError, DomainError, ShapeError for others
   */
  override forward(indices: Tensor): Tensor {
    const { dtype } = (this.parameters()[0] as { value: Tensor }).value;
    const known = slice(oneHot(indices, this.alphabet + 1, { dtype }), { axis: -1, start: 1 });
    return this.classifier.forward(this.convolutions.forward(transpose(known, [0, 2, 1])));
  }
}
