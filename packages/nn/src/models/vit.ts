import { Parameter } from '@renyi/autodiff';
import { add, ConfigError, concat, expand, gelu, select, type Tensor, transpose, zeros } from '@renyi/tensor';
import { truncatedNormal } from '../init.js';
import { MultiHeadAttention } from '../layers/attention.js';
import { Conv2d } from '../layers/convolution.js';
import { Dropout } from '../layers/dropout.js';
import { LayerNorm } from '../layers/norms.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { type ImageModelOptions, layerOptions } from './options.js';

export interface VisionTransformerOptions extends ImageModelOptions {
  /** Of an image's sides: 224 by default. */
  readonly size?: number;
  /** Of a patch's sides: 16 by default. */
  readonly patch?: number;
  /** Of a token: 384 by default. */
  readonly width?: number;
  /** How many blocks: 12 by default. */
  readonly depth?: number;
  /** 6 by default. */
  readonly heads?: number;
  /** 0 by default. */
  readonly dropout?: number;
}

/** x + attention of the normalized x, and then y + a perceptron of the normalized y. */
class EncoderBlock extends Module {
  readonly ln1: LayerNorm;
  readonly attention: MultiHeadAttention;
  readonly ln2: LayerNorm;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly dropout: Dropout;

  constructor(width: number, heads: number, probability: number, options: VisionTransformerOptions) {
    super();
    const layer = layerOptions(options);
    const norm = { epsilon: 1e-6, dtype: layer.dtype };
    this.ln1 = new LayerNorm(width, norm);
    this.attention = new MultiHeadAttention(width, heads, { ...layer, dropout: probability });
    this.ln2 = new LayerNorm(width, norm);
    this.fc1 = new Linear(width, 4 * width, layer);
    this.fc2 = new Linear(4 * width, width, layer);
    this.dropout = new Dropout(probability, layer);
  }

  protected override fields(): Iterable<readonly [string, unknown]> {
    // A perceptron of PyTorch's: maps 0 and 3, with an activation and dropouts between and behind them.
    return Object.entries({
      ln_1: this.ln1,
      self_attention: this.attention,
      dropout: this.dropout,
      ln_2: this.ln2,
      mlp: { 0: this.fc1, 3: this.fc2 },
    });
  }

  override forward(x: Tensor): Tensor {
    const y = add(x, this.dropout.forward(this.attention.forward(this.ln1.forward(x))));
    const hidden = this.dropout.forward(gelu(this.fc1.forward(this.ln2.forward(y))));
    return add(y, this.dropout.forward(this.fc2.forward(hidden)));
  }
}

/**
 * A vision transformer, by default the small one: patches of the image become tokens, beside one for the class; positions are
 * added, blocks of attention and perceptrons follow, and a linear map of the class token.
 *
 * Sources: A. Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021; H. Touvron et al., "Training data-efficient image
 * transformers & distillation through attention", ICML 2021 (the small one).
 * @see torchvision.models.VisionTransformer (the same names)
 *
 * @example
 * import { Generator, zeros } from '@renyi/tensor';
 * import { VisionTransformer } from '@renyi/nn/models';
 * const generator = new Generator(0);
 * const net = new VisionTransformer({ classes: 10, size: 32, patch: 8, width: 16, heads: 2, depth: 2, generator });
 * console.log(net.forward(zeros([2, 3, 32, 32])).shape); // => [ 2, 10 ]
 */
export class VisionTransformer extends Module {
  readonly classToken: Parameter;
  readonly projection: Conv2d;
  readonly positions: Parameter;
  readonly blocks: readonly EncoderBlock[];
  readonly norm: LayerNorm;
  readonly head: Linear;
  readonly dropout: Dropout;

  /** @throws ConfigError unless the size is a multiple of the patch, and the width of the heads */
  constructor(options: VisionTransformerOptions) {
    super();
    const { classes, channels = 3, size = 224, patch = 16, width = 384, depth = 12, heads = 6 } = options;
    const { dropout = 0 } = options;
    const layer = layerOptions(options);
    const { generator, dtype } = layer;
    if (size % patch !== 0) {
      throw new ConfigError('VisionTransformer', {
        expected: 'a size that is a multiple of the patch',
        got: `${size} and ${patch}`,
      });
    }
    const tokens = (size / patch) ** 2 + 1;
    this.classToken = new Parameter(zeros([1, 1, width], { dtype }));
    this.projection = new Conv2d(channels, width, patch, { ...layer, stride: patch });
    this.positions = new Parameter(truncatedNormal([1, tokens, width], generator, { std: 0.02, dtype }));
    this.blocks = Array.from({ length: depth }, () => new EncoderBlock(width, heads, dropout, options));
    this.norm = new LayerNorm(width, { epsilon: 1e-6, dtype });
    this.head = new Linear(width, classes, layer);
    this.dropout = new Dropout(dropout, { generator });
  }

  protected override fields(): Iterable<readonly [string, unknown]> {
    const layers = this.blocks.map((block, i) => [`encoder_layer_${i}`, block] as const);
    return Object.entries({
      class_token: this.classToken,
      conv_proj: this.projection,
      encoder: {
        pos_embedding: this.positions,
        dropout: this.dropout,
        layers: Object.fromEntries(layers),
        ln: this.norm,
      },
      heads: { head: this.head },
    });
  }

  /** @param x [batch, channels, size, size] @throws ShapeError for another shape */
  override forward(x: Tensor): Tensor {
    const maps = this.projection.forward(x);
    const [batch, width] = maps.shape as readonly [number, number];
    const patches = transpose(maps.reshape([batch, width, -1]), [0, 2, 1]);
    const tokens = concat([expand(this.classToken.value, [batch, 1, width]), patches], { axis: 1 });
    const start = this.dropout.forward(add(tokens, this.positions.value));
    const last = this.blocks.reduce((y, block) => block.forward(y), start);
    return this.head.forward(select(this.norm.forward(last), 0, { axis: 1 }));
  }
}
