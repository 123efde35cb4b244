import type { Parameter } from '@renyi/autodiff';
import {
  cast,
  ConfigError,
  div,
  DomainError,
  equal,
  formatShape,
  indexAdd,
  type Indices,
  logicalNot,
  max,
  maximum,
  mul,
  sameShape,
  ShapeError,
  sum,
  take,
  type Tensor,
  tensor,
  unsqueeze,
  where,
  zeros,
} from '@renyi/tensor';
import { Module } from '../module.js';
import {
  asTensor,
  type EmbeddingModuleOptions,
  type EmbeddingOptions,
  embeddingTable,
  paddingRow,
} from './embedding.js';

export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What becomes of the rows of a bag: their `mean` (the default), `sum` or `max`. */
  readonly mode?: 'mean' | 'sum' | 'max';
  /** Where each bag starts in a list of indices: the first at 0, none before the one before it. */
  readonly offsets?: Indices;
  /** What each row is multiplied by, of the indices' shape; in mode `sum` alone. */
  readonly perSampleWeights?: Tensor;
}

/**
 * The mean, sum or maximum of the rows of each bag of indices, [bags, dimensions]; 0 for an empty bag. Padding is in no bag.
 * Derivative: that of the rows; equal maxima share theirs.
 * @param weight [rows, dimensions]
 * @param indices int32 [bags, length]; or a list of all of them, one bag after the other, with `offsets`
 * @throws ShapeError where indices, offsets and weights do not belong together
 * @throws DTypeError unless the indices are int32
 * @throws DomainError for an index out of range, or offsets that are not in order
 * @throws ConfigError for settings that make no sense
 * @throws BackendError for offsets in a tensor that cannot be read at once: give an array @see torch.nn.functional.embedding_bag
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { embeddingBag } from '@renyi/nn';
 * const weight = tensor([[1, 2], [3, 4], [5, 9]]);
 * console.log(embeddingBag(weight, [0, 1, 2], { offsets: [0, 2] }).toArray()); // => [ [ 2, 3 ], [ 5, 9 ] ]
 */
export function embeddingBag(weight: Tensor, indices: Indices, options: EmbeddingBagOptions = {}): Tensor {
  const { mode = 'mean', offsets, perSampleWeights } = options;
  const list = asTensor(indices, weight);
  checkBags(list, options);
  const padding = paddingRow('embeddingBag', weight, options);
  const isIn = padding === undefined ? undefined : logicalNot(equal(list, padding));
  const looked = take(weight, list);
  const rows = perSampleWeights ? mul(looked, unsqueeze(perSampleWeights, -1)) : looked;
  const starts = offsets === undefined ? undefined : startsOf(offsets, list.size);
  if (mode === 'max') return starts ? largest(...padded(rows, isIn, starts)) : largest(rows, isIn);
  const total = (x: Tensor): Tensor => (starts ? addedUp(x, starts) : sum(x, { axis: 1 }));
  const sums = total(isIn ? where(unsqueeze(isIn, -1), rows, 0) : rows);
  if (mode === 'sum') return sums;
  const { dtype, storage } = weight;
  const counts = isIn
    ? total(cast(unsqueeze(isIn, -1), dtype))
    : starts
      ? tensor(lengthsOf(starts, list.size), { dtype, backend: storage.backend, shape: [starts.length, 1] })
      : (list.shape[1] as number);
  return div(sums, typeof counts === 'number' ? Math.max(counts, 1) : maximum(counts, 1));
}

function checkBags(indices: Tensor, { mode = 'mean', offsets, perSampleWeights }: EmbeddingBagOptions): void {
  if (!['mean', 'sum', 'max'].includes(mode)) {
    throw new ConfigError('embeddingBag', { expected: `mode 'mean', 'sum' or 'max'`, got: String(mode) });
  }
  if (indices.rank !== (offsets === undefined ? 2 : 1)) {
    throw new ShapeError('embeddingBag', {
      expected: offsets === undefined ? 'indices [bags, length]' : 'a list of indices beside offsets',
      got: formatShape(indices.shape),
      ...(offsets === undefined && { remedy: 'Give offsets to bags of several lengths' }),
    });
  }
  if (perSampleWeights === undefined) return;
  if (mode !== 'sum') {
    throw new ConfigError('embeddingBag', { expected: `perSampleWeights in mode 'sum'`, got: mode });
  }
  if (!sameShape(perSampleWeights.shape, indices.shape)) {
    throw new ShapeError('embeddingBag', {
      expected: `perSampleWeights of the indices' shape ${formatShape(indices.shape)}`,
      got: formatShape(perSampleWeights.shape),
    });
  }
}

/** @throws DomainError unless the offsets start at 0, do not go back and stay within the list */
function startsOf(offsets: Indices, count: number): readonly number[] {
  const starts = Array.isArray(offsets)
    ? (offsets as readonly number[])
    : Array.from((offsets as Tensor).dataSync());
  const isRight = starts.every(
    (start, bag) =>
      Number.isInteger(start) &&
      start <= count &&
      (bag === 0 ? start === 0 : start >= (starts[bag - 1] as number)),
  );
  if (isRight) return starts;
  throw new DomainError('embeddingBag', {
    expected: `offsets from 0 on that do not go back, to ${count} at most`,
    got: `[${starts.join(', ')}]`,
  });
}

/** How many indices each bag has. */
function lengthsOf(starts: readonly number[], count: number): Int32Array {
  return Int32Array.from(starts, (start, bag) => (starts[bag + 1] ?? count) - start);
}

/** The sums of rows [count, dimensions] by bags. */
function addedUp(rows: Tensor, starts: readonly number[]): Tensor {
  const lengths = lengthsOf(starts, rows.shape[0] as number);
  const bagOf = Array.from(lengths).flatMap((length, bag) => new Array<number>(length).fill(bag));
  const { dtype, storage } = rows;
  const zero = zeros([starts.length, rows.shape[1] as number], { dtype, backend: storage.backend });
  return indexAdd(zero, bagOf, rows);
}

/** Rows [count, dimensions] as bags [bags, length of the longest, dimensions], and which of these are in a bag. */
function padded(
  rows: Tensor,
  isIn: Tensor | undefined,
  starts: readonly number[],
): [bags: Tensor, isIn: Tensor] {
  const lengths = lengthsOf(starts, rows.shape[0] as number);
  const shape = [starts.length, Math.max(0, ...lengths)];
  const { backend } = rows.storage;
  const at = (place: number): { position: number; isFilled: boolean } => {
    const [bag, i] = [Math.floor(place / (shape[1] as number)), place % (shape[1] as number)];
    const isFilled = i < (lengths[bag] as number);
    return { position: isFilled ? (starts[bag] as number) + i : 0, isFilled };
  };
  const places = Array.from({ length: (shape[0] as number) * (shape[1] as number) }, (_, place) => at(place));
  const positions = tensor(
    Int32Array.from(places, ({ position }) => position),
    { shape, backend },
  );
  const filled = tensor(
    Uint8Array.from(places, ({ isFilled }) => Number(isFilled)),
    { shape, backend, dtype: 'bool' },
  );
  return [take(rows, positions), isIn ? where(filled, take(isIn, positions), filled) : filled];
}

/** The maxima of bags [bags, length, dimensions], 0 of an empty one. */
function largest(bags: Tensor, isIn: Tensor | undefined): Tensor {
  const { dtype, shape, storage } = bags;
  if (shape[1] === 0) return sum(bags, { axis: 1 });
  if (isIn === undefined) return max(bags, { axis: 1 });
  const marked = unsqueeze(isIn, -1);
  const isEmpty = equal(sum(marked, { axis: 1 }), 0);
  const least = zeros([], { dtype, backend: storage.backend }).sub(Number.POSITIVE_INFINITY);
  return where(isEmpty, 0, max(where(marked, bags, where(unsqueeze(isEmpty, -1), 0, least)), { axis: 1 }));
}

/**
 * A table of rows that are learned, of which each bag of indices gets the mean, sum or maximum: [bags, length] to
 * [bags, dimensions], in one step and without the rows in between being kept by the caller. The rows start standard normal,
 * that of the padding 0.
 * @see torch.nn.EmbeddingBag
 *
 * @example
 * import { Generator, tensor } from '@renyi/tensor';
 * import { EmbeddingBag } from '@renyi/nn';
 * const words = new EmbeddingBag(100, 8, { generator: new Generator(0) });
 * console.log(words.forward(tensor([[5, 7], [1, 1]], { dtype: 'int32' })).shape); // => [ 2, 8 ]
 */
export class EmbeddingBag extends Module {
  readonly weight: Parameter;
  readonly #options: EmbeddingBagOptions;

  /** @throws ConfigError unless rows and dimensions are at least 1, and the padding is a row @throws DTypeError unless the dtype is float */
  constructor(
    readonly rows: number,
    readonly dimensions: number,
    options: EmbeddingModuleOptions & Pick<EmbeddingBagOptions, 'mode'>,
  ) {
    super();
    this.weight = embeddingTable('EmbeddingBag', rows, dimensions, options);
    const { mode, paddingIndex } = options;
    this.#options = {
      ...(mode !== undefined && { mode }),
      ...(paddingIndex !== undefined && { paddingIndex }),
    };
  }

  /** @throws ShapeError, DTypeError, DomainError, ConfigError as `embeddingBag` */
  override forward(
    indices: Tensor,
    options: Pick<EmbeddingBagOptions, 'offsets' | 'perSampleWeights'> = {},
  ): Tensor {
    return embeddingBag(this.weight.value, indices, { ...this.#options, ...options });
  }
}
