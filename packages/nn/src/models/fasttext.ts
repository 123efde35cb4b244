import type { Tensor } from '@renyi/tensor';
import { EmbeddingBag, type EmbeddingBagOptions } from '../layers/embedding-bag.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { layerOptions, type ModelOptions } from './options.js';

/**
 * fastText's classifier: the mean of the vectors of a text's words and n-grams, and a linear map.
 *
 * Source: A. Joulin, E. Grave, P. Bojanowski, T. Mikolov, "Bag of Tricks for Efficient Text Classification", EACL 2017.
 *
 * @example
 * import { Generator, tensor } from '@renyi/tensor';
 * import { FastText } from '@renyi/nn/models';
 * const net = new FastText({ words: 100, classes: 4, generator: new Generator(0) });
 * console.log(net.forward(tensor([[5, 7, 99], [1, 0, 0]], { dtype: 'int32' })).shape); // => [ 2, 4 ]
 */
export class FastText extends Module {
  readonly embedding: EmbeddingBag;
  readonly linear: Linear;

  /**
   * @param options.words how many vectors there are
   * @param options.dimensions of a vector, 10 by default
   * @param options.paddingIndex of the word that fills up short texts and does not count; none by default
   */
  constructor(
    options: ModelOptions & {
      readonly words: number;
      readonly dimensions?: number;
      readonly paddingIndex?: number;
    },
  ) {
    super();
    const { words, dimensions = 10, classes, paddingIndex } = options;
    const layer = layerOptions(options);
    const padding = paddingIndex === undefined ? {} : { paddingIndex };
    this.embedding = new EmbeddingBag(words, dimensions, { ...layer, ...padding });
    this.linear = new Linear(dimensions, classes, layer);
  }

  /** @param indices int32 [batch, length], or a list with offsets @throws ShapeError, DTypeError, DomainError as `embeddingBag` */
  override forward(indices: Tensor, options: Pick<EmbeddingBagOptions, 'offsets'> = {}): Tensor {
    return this.linear.forward(this.embedding.forward(indices, options));
  }
}
