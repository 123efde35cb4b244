import { add, ConfigError, type DType, type Generator, gelu, relu, type Tensor } from '@renyi/tensor';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { MultiHeadAttention, type MultiHeadAttentionInputs } from './attention.js';
import { Dropout } from './dropout.js';
import { LayerNorm } from './norms.js';

export interface TransformerBlockOptions {
  /** Where the initial weights, and the draws of dropout, come from. */
  readonly generator: Generator;
  /** The width between the two linear maps; 2048 by default. */
  readonly feedForward?: number;
  /** The probability of dropout in training; 0.1 by default. */
  readonly dropout?: number;
  /** Between the two linear maps; `relu` by default. */
  readonly activation?: 'relu' | 'gelu';
  /** Whether layers are normalized before attention and maps instead of after; false by default. */
  readonly normFirst?: boolean;
  /** Added to variances; 1e-5 by default. */
  readonly epsilon?: number;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

/**
 * A layer of a transformer's encoder (Vaswani et al., 2017): with F the two linear maps and A the self-attention,
 *
 *     y = norm1(x + A(x)),  z = norm2(y + F(y))
 *
 * or, with `normFirst` (Xiong et al., 2020), y = x + A(norm1(x)) and z = y + F(norm2(y)). Names of parameters as in PyTorch.
 * @see torch.nn.TransformerEncoderLayer (with batch_first=True)
 *
 * @example
 * import { Generator, ones } from '@renyi/tensor';
 * import { TransformerBlock } from '@renyi/nn';
 * const block = new TransformerBlock(8, 2, { feedForward: 16, generator: new Generator(0) });
 * console.log(block.forward(ones([3, 5, 8])).shape); // => [ 3, 5, 8 ]
 */
export class TransformerBlock extends Module {
  readonly selfAttention: MultiHeadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly #activation: (x: Tensor) => Tensor;
  readonly #normFirst: boolean;

  /** @throws ConfigError for settings that make no sense @throws DTypeError unless the dtype is float */
  constructor(
    readonly width: number,
    readonly heads: number,
    options: TransformerBlockOptions,
  ) {
    super();
    const { generator, feedForward = 2048, dropout = 0.1, activation = 'relu', dtype = 'float32' } = options;
    const activations: Readonly<Record<string, (x: Tensor) => Tensor>> = { relu, gelu: (x) => gelu(x) };
    const f = activations[activation];
    if (f === undefined) {
      throw new ConfigError('TransformerBlock', { expected: `activation 'relu' or 'gelu'`, got: activation });
    }
    this.selfAttention = new MultiHeadAttention(width, heads, { generator, dropout, dtype });
    this.linear1 = new Linear(width, feedForward, { generator, dtype });
    this.dropout = new Dropout(dropout, { generator });
    this.linear2 = new Linear(feedForward, width, { generator, dtype });
    const norm = { dtype, epsilon: options.epsilon ?? 1e-5 };
    this.norm1 = new LayerNorm(width, norm);
    this.norm2 = new LayerNorm(width, norm);
    this.dropout1 = new Dropout(dropout, { generator });
    this.dropout2 = new Dropout(dropout, { generator });
    this.#activation = f;
    this.#normFirst = options.normFirst ?? false;
  }

  protected override fields(): Iterable<readonly [string, unknown]> {
    const { selfAttention, linear1, dropout, linear2, norm1, norm2, dropout1, dropout2 } = this;
    return Object.entries({
      self_attn: selfAttention,
      linear1,
      dropout,
      linear2,
      norm1,
      norm2,
      dropout1,
      dropout2,
    });
  }

  /**
   * @param x [batch, length, width], or without batch
   * @throws ShapeError for another shape
   */
  override forward(
    x: Tensor,
    masks: Pick<MultiHeadAttentionInputs, 'mask' | 'keyPaddingMask' | 'isCausal'> = {},
  ): Tensor {
    const attend = (z: Tensor): Tensor => this.dropout1.forward(this.selfAttention.forward(z, masks));
    const map = (z: Tensor): Tensor => {
      const hidden = this.dropout.forward(this.#activation(this.linear1.forward(z)));
      return this.dropout2.forward(this.linear2.forward(hidden));
    };
    if (this.#normFirst) {
      const y = add(x, attend(this.norm1.forward(x)));
      return add(y, map(this.norm2.forward(y)));
    }
    const y = this.norm1.forward(add(x, attend(x)));
    return this.norm2.forward(add(y, map(y)));
  }
}
