import { Parameter } from '@renyi/autodiff';
import {
  add,
  arange,
  ConfigError,
  type DType,
  formatShape,
  type Generator,
  less,
  linear,
  logicalOr,
  maskedFill,
  matmul,
  mul,
  type Shape,
  ShapeError,
  softmax,
  split,
  type Tensor,
  transpose,
  unsqueeze,
  zeros,
} from '@renyi/tensor';
import { xavierUniform } from '../init.js';
import { Linear } from '../linear.js';
import { Module } from '../module.js';
import { checkCounts } from './checks.js';
import { dropout } from './dropout.js';

export interface AttentionOptions {
  /** Broadcasts to [..., queries, keys]: bool, true where a query does not see a key; or numbers that are added to the scores. */
  readonly mask?: Tensor;
  /** Whether query i sees no key behind i; false by default. */
  readonly isCausal?: boolean;
  /** What the attention weights go through before they meet the values. */
  readonly dropout?: (weights: Tensor) => Tensor;
}

/**
 * softmax(Q Kᵀ / sqrt(d)) V (Vaswani et al., 2017). A query that sees no key at all is NaN.
 * @param query [..., queries, d]
 * @param key [..., keys, d]
 * @param value [..., keys, e]
 * @returns [..., queries, e]
 * @throws ShapeError where they do not belong together @see torch.nn.functional.scaled_dot_product_attention (where a mask is true where there is attention)
 *
 * @example
 * import { ones, tensor } from '@renyi/tensor';
 * import { attention } from '@renyi/nn';
 * const value = tensor([[1], [3]]);
 * console.log(attention(ones([2, 4]), ones([2, 4]), value, { isCausal: true }).toArray()); // => [ [ 1 ], [ 2 ] ]
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {}): Tensor {
  const width = query.shape[query.rank - 1] as number;
  if (query.rank < 2 || key.rank < 2 || value.rank < 2) {
    throw new ShapeError('attention', {
      expected: 'query [..., queries, d], key [..., keys, d] and value [..., keys, e]',
      got: [query, key, value].map(({ shape }) => formatShape(shape)).join(', '),
    });
  }
  const axes = key.shape.map((_, axis) => axis);
  const turned = transpose(key, [...axes.slice(0, -2), key.rank - 1, key.rank - 2]);
  const scores = matmul(mul(query, 1 / Math.sqrt(width)), turned);
  const weights = softmax(masked(scores, options));
  return matmul(options.dropout ? options.dropout(weights) : weights, value);
}

function masked(scores: Tensor, { mask, isCausal = false }: AttentionOptions): Tensor {
  const added = mask && mask.dtype !== 'bool' ? add(scores, mask) : scores;
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const { backend } = scores.storage;
  const isBehind = isCausal
    ? less(unsqueeze(arange(queries, { backend }), 1), arange(keys, { backend }))
    : undefined;
  const isHidden = mask?.dtype === 'bool' ? mask : undefined;
  const hidden = isHidden && isBehind ? logicalOr(isHidden, isBehind) : (isHidden ?? isBehind);
  return hidden ? maskedFill(added, hidden, Number.NEGATIVE_INFINITY) : added;
}

export interface MultiHeadAttentionOptions {
  /** Where the initial weights, and the draws of dropout, come from. */
  readonly generator: Generator;
  /** The probability with which an attention weight is dropped in training; 0 by default. */
  readonly dropout?: number;
  /** Whether the projections have biases; true by default. */
  readonly bias?: boolean;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

export interface MultiHeadAttentionInputs {
  /** [batch, keys, width]; the queries by default. */
  readonly key?: Tensor;
  /** [batch, keys, width]; the keys by default. */
  readonly value?: Tensor;
  /** As of `attention`, of [batch, heads, queries, keys]. */
  readonly mask?: Tensor;
  /** bool [batch, keys], true for keys that nobody sees. */
  readonly keyPaddingMask?: Tensor;
  readonly isCausal?: boolean;
}

/**
 * `attention` of several heads, each over its own part of the projected queries, keys and values, joined and projected again
 * (Vaswani et al., 2017). The three projections are one weight [3 width, width], in this order; it starts as Xavier's uniform
 * one, biases as 0.
 * @see torch.nn.MultiheadAttention (with batch_first=True)
 *
 * @example
 * import { Generator, ones } from '@renyi/tensor';
 * import { MultiHeadAttention } from '@renyi/nn';
 * const layer = new MultiHeadAttention(8, 2, { generator: new Generator(0) });
 * console.log(Object.keys(layer.stateDict()).join(' ')); // => in_proj_weight in_proj_bias out_proj.weight out_proj.bias
 * console.log(layer.forward(ones([3, 5, 8])).shape); // => [ 3, 5, 8 ]
 */
export class MultiHeadAttention extends Module {
  readonly inProjWeight: Parameter;
  readonly inProjBias: Parameter | undefined;
  readonly outProj: Linear;
  /** Where the draws of dropout come from. */
  generator: Generator;
  readonly #dropout: number;

  /** @throws ConfigError unless the width is a multiple of the heads, and for a probability beyond 0 and 1 @throws DTypeError unless the dtype is float */
  constructor(
    readonly width: number,
    readonly heads: number,
    options: MultiHeadAttentionOptions,
  ) {
    super();
    const { generator, dropout: probability = 0, bias = true, dtype = 'float32' } = options;
    checkCounts('MultiHeadAttention', { width, heads });
    if (width % heads !== 0 || !(probability >= 0 && probability <= 1)) {
      throw new ConfigError('MultiHeadAttention', {
        expected: 'a width that is a multiple of heads, and a probability from 0 to 1',
        got: `${width}, ${heads} and ${probability}`,
      });
    }
    this.inProjWeight = new Parameter(xavierUniform([3 * width, width], generator, { dtype }));
    this.outProj = new Linear(width, width, { generator, bias, dtype });
    this.inProjBias = bias ? new Parameter(zeros([3 * width], { dtype })) : undefined;
    if (this.outProj.bias) this.outProj.bias.value = zeros([width], { dtype });
    this.generator = generator.split();
    this.#dropout = probability;
  }

  protected override fields(): Iterable<readonly [string, unknown]> {
    return [
      ['in_proj_weight', this.inProjWeight],
      ['in_proj_bias', this.inProjBias],
      ['out_proj', this.outProj],
    ];
  }

  /**
   * @param query [batch, queries, width], or without batch
   * @throws ShapeError where shapes do not belong together
   */
  override forward(query: Tensor, inputs: MultiHeadAttentionInputs = {}): Tensor {
    const { key = query, value = key, mask, keyPaddingMask, isCausal = false } = inputs;
    for (const x of [query, key, value]) this.#check(x);
    const [q, k, v] = this.#projected(query, key, value).map((x) => this.#split(x)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const padding = keyPaddingMask && unsqueeze(unsqueeze(keyPaddingMask, -2), -3);
    const y = attention(q, k, v, {
      isCausal,
      ...this.#masks(mask, padding),
      ...(this.training &&
        this.#dropout > 0 && { dropout: (weights) => dropout(weights, this.#dropout, this.generator) }),
    });
    return this.outProj.forward(this.#joined(y, query.shape));
  }

  /** The multiply-adds of self-attention: projections in and out, scores, and weighted values. */
  override multiplyAdds(x: Shape): number {
    const [rows, width] = [x.slice(0, -1).reduce((a, b) => a * b, 1), this.width];
    return 3 * rows * width * width + 2 * rows * (x[x.length - 2] as number) * width;
  }

  #check({ rank, shape }: Tensor): void {
    if ((rank === 2 || rank === 3) && shape[rank - 1] === this.width) return;
    throw new ShapeError('MultiHeadAttention', {
      expected: `[batch, length, ${this.width}] or [length, ${this.width}]`,
      got: formatShape(shape),
    });
  }

  /** In one product where all three are the same. */
  #projected(query: Tensor, key: Tensor, value: Tensor): Tensor[] {
    const [weight, bias] = [this.inProjWeight.value, this.inProjBias?.value];
    const affine = (x: Tensor, w: Tensor, b: Tensor | undefined): Tensor => linear(x, w, { bias: b });
    if (query === key && key === value) return split(affine(query, weight, bias), this.width, { axis: -1 });
    const weights = split(weight, this.width);
    const biases = bias && split(bias, this.width);
    return [query, key, value].map((x, i) => affine(x, weights[i] as Tensor, biases?.[i]));
  }

  /** [..., length, width] as [..., heads, length, width / heads]. */
  #split(x: Tensor): Tensor {
    const parted = x.reshape([...x.shape.slice(0, -1), this.heads, this.width / this.heads]);
    return transpose(parted, x.rank === 3 ? [0, 2, 1, 3] : [1, 0, 2]);
  }

  #joined(y: Tensor, shape: Shape): Tensor {
    return transpose(y, y.rank === 4 ? [0, 2, 1, 3] : [1, 0, 2]).reshape(shape);
  }

  #masks(mask: Tensor | undefined, padding: Tensor | undefined): { mask?: Tensor } {
    if (!(mask && padding)) return mask || padding ? { mask: (mask ?? padding) as Tensor } : {};
    if (mask.dtype === 'bool') return { mask: logicalOr(mask, padding) };
    return {
      mask: maskedFill(
        add(mask, zeros(padding.shape, { dtype: mask.dtype })),
        padding,
        Number.NEGATIVE_INFINITY,
      ),
    };
  }
}
