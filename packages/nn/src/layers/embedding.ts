import { Parameter, stopGradient } from '@renyi/autodiff';
import {
  ConfigError,
  type DType,
  equal,
  type Generator,
  type Indices,
  select,
  type Tensor,
  take,
  tensor,
  unsqueeze,
  where,
} from '@renyi/tensor';
import { Module } from '../module.js';
import { checkCounts } from './checks.js';

export interface EmbeddingOptions {
  /** The row whose gradient is 0; a negative one counts from the end. None by default. */
  readonly paddingIndex?: number;
}

/**
 * The rows of a table at the given indices, [...] to [..., dimensions]. Derivative: the cotangents of each row, summed; 0
 * for the padding.
 * @param weight [rows, dimensions]
 * @param indices int32 of any shape, or an array, each from 0 to rows - 1
 * @throws DTypeError unless the indices are int32
 * @throws DomainError for an index out of range
 * @throws ConfigError for a padding that is no row @see torch.nn.functional.embedding
 */
export function embedding(weight: Tensor, indices: Indices, options: EmbeddingOptions = {}): Tensor {
  const rows = take(weight, indices);
  const padding = paddingRow('embedding', weight, options);
  if (padding === undefined) return rows;
  const isPadding = equal(asTensor(indices, weight), padding);
  return where(unsqueeze(isPadding, -1), select(stopGradient(weight), padding), rows);
}

/** The position of the padding, if there is one. @throws ConfigError */
export function paddingRow(
  operation: string,
  weight: Tensor,
  { paddingIndex }: EmbeddingOptions,
): number | undefined {
  if (paddingIndex === undefined) return undefined;
  const rows = weight.shape[0] as number;
  if (Number.isInteger(paddingIndex) && paddingIndex >= -rows && paddingIndex < rows) {
    return paddingIndex < 0 ? paddingIndex + rows : paddingIndex;
  }
  throw new ConfigError(operation, {
    expected: `a paddingIndex from ${-rows} to ${rows - 1}`,
    got: String(paddingIndex),
  });
}

export function asTensor(indices: Indices, beside: Tensor): Tensor {
  if (!Array.isArray(indices)) return indices as Tensor;
  return tensor([...(indices as readonly number[])], { dtype: 'int32', backend: beside.storage.backend });
}

export interface EmbeddingModuleOptions extends EmbeddingOptions {
  /** Where the initial rows come from. */
  readonly generator: Generator;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

/** Standard normal rows, of which that of the padding is 0. */
export function embeddingTable(
  operation: string,
  rows: number,
  dimensions: number,
  { generator, dtype = 'float32', paddingIndex }: EmbeddingModuleOptions,
): Parameter {
  checkCounts(operation, { rows, dimensions });
  const table = generator.normal([rows, dimensions], { dtype });
  const padding = paddingRow(operation, table, paddingIndex === undefined ? {} : { paddingIndex });
  if (padding === undefined) return new Parameter(table);
  const isPadding = tensor(
    Uint8Array.from({ length: rows }, (_, row) => Number(row === padding)),
    {
      dtype: 'bool',
      shape: [rows, 1],
    },
  );
  return new Parameter(where(isPadding, 0, table));
}

/**
 * A table of rows that are learned, looked up by index: int32 [...] to [..., dimensions]. The rows start standard normal, that
 * of the padding 0.
 * @see torch.nn.Embedding
 *
 * @example
 * import { Generator, tensor } from '@renyi/tensor';
 * import { Embedding } from '@renyi/nn';
 * const words = new Embedding(100, 8, { generator: new Generator(0), paddingIndex: 0 });
 * console.log(words.forward(tensor([[5, 7, 0]], { dtype: 'int32' })).shape); // => [ 1, 3, 8 ]
 */
export class Embedding extends Module {
  readonly weight: Parameter;
  readonly #options: EmbeddingOptions;

  /** @throws ConfigError unless rows and dimensions are at least 1, and the padding is a row @throws DTypeError unless the dtype is float */
  constructor(
    readonly rows: number,
    readonly dimensions: number,
    options: EmbeddingModuleOptions,
  ) {
    super();
    this.weight = embeddingTable('Embedding', rows, dimensions, options);
    this.#options = options;
  }

  /** @throws DTypeError unless the indices are int32 @throws DomainError for an index out of range */
  override forward(indices: Tensor): Tensor {
    return embedding(this.weight.value, indices, this.#options);
  }
}
