import {
  ConfigError,
  FormatError,
  Generator,
  type GeneratorState,
  reshape,
  type Tensor,
} from '@renyi/tensor';
import type { Dataset } from '../dataset.js';

/** Rows of a data set as tensors. */
export interface Batch {
  /** float32 [batch, features], or [batch, ...shape] of the loader. */
  readonly inputs: Tensor;
  /** int32 [batch]. */
  readonly labels: Tensor;
  /** Where in the data set they are. */
  readonly rows: Int32Array;
}

/** What becomes of the inputs of a batch, an augmentation for example. The draws are this batch's own. */
export type Transform = (inputs: Tensor, generator: Generator) => Tensor;

export interface DataLoaderOptions {
  readonly batchSize: number;
  /** Where the order and the draws of the transform come from: each epoch has its own split. */
  readonly generator: Generator;
  /** True by default; otherwise the rows keep their order. */
  readonly shuffle?: boolean;
  /** Whether the rows that fill no batch are left out of their epoch; false by default: the last batch is smaller. */
  readonly dropLast?: boolean;
  /** The shape of a row, such as [3, 32, 32]; [features] by default. */
  readonly shape?: readonly number[];
  readonly transform?: Transform;
}

/** Where a loader is: plain data, to be stored with a run and resumed from. */
export interface DataLoaderState {
  /** Of the data set and the loader, so that another one refuses it. */
  readonly size: number;
  readonly batchSize: number;
  readonly epoch: number;
  /** How many batches of this epoch have been given. */
  readonly batch: number;
  /** The generator before it was split for this epoch. */
  readonly generator: GeneratorState;
}

/**
 * A data set in batches, in a new random order each epoch. A `for` loop takes what is left of the epoch, and the next one
 * takes the next epoch; `next()` goes on without end. All that the order depends on is in `state`: a loader that loads it gives
 * the same batches as one that was never stopped, transforms included.
 * @see torch.utils.data.DataLoader, torchdata.stateful_dataloader.StatefulDataLoader
 *
 * @example
 * import { Generator } from '@renyi/tensor';
 * import { loadDigits } from '@renyi/nn/digits';
 * import { DataLoader } from '@renyi/nn/data';
 * const loader = new DataLoader(await loadDigits(), { batchSize: 500, generator: new Generator(0), shape: [1, 8, 8] });
 * const shapes = [...loader].map(({ inputs }) => inputs.shape[0]);
 * console.log(shapes, loader.epoch, loader.next().inputs.shape); // => [ 500, 500, 500, 297 ] 1 [ 500, 1, 8, 8 ]
 */
export class DataLoader implements Iterable<Batch> {
  readonly dataset: Dataset;
  readonly batchSize: number;
  /** How many batches an epoch has. */
  readonly length: number;
  readonly #options: DataLoaderOptions;
  readonly #shape: readonly number[];
  #generator: Generator;
  #epochStart: GeneratorState;
  #order: Int32Array = new Int32Array();
  /** Split once for each batch, so that what one draws does not move the next. */
  #draws: Generator;
  #epoch = 0;
  #batch = 0;

  /**
   * @throws ConfigError unless the size of a batch is a whole number of at least 1, the shape is that of a row, and an epoch has a
   * batch
   */
  constructor(dataset: Dataset, options: DataLoaderOptions) {
    const { batchSize, dropLast = false, shape = [dataset.features] } = options;
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      const expected = 'a batchSize that is a whole number, at least 1';
      throw new ConfigError('DataLoader', { expected, got: String(batchSize) });
    }
    if (!(options.generator instanceof Generator)) {
      const expected = 'a generator, to shuffle with';
      throw new ConfigError('DataLoader', { expected, got: String(options.generator) });
    }
    if (shape.reduce((product, extent) => product * extent, 1) !== dataset.features) {
      const expected = `a shape of ${dataset.features} elements, the features of a row`;
      throw new ConfigError('DataLoader', { expected, got: `[${shape.join(', ')}]` });
    }
    this.length = (dropLast ? Math.floor : Math.ceil)(dataset.size / batchSize);
    if (this.length === 0) {
      const expected = `rows for at least one batch${dropLast ? ` of ${batchSize}` : ''}`;
      throw new ConfigError('DataLoader', { expected, got: `${dataset.size} rows in ${dataset.name}` });
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.#options = options;
    this.#shape = shape;
    this.#generator = options.generator.split();
    this.#epochStart = this.#generator.state;
    this.#draws = this.#begin();
  }

  /** How many epochs have been given whole. */
  get epoch(): number {
    return this.#epoch;
  }

  get state(): DataLoaderState {
    const { dataset, batchSize } = this;
    const [epoch, batch, generator] = [this.#epoch, this.#batch, this.#epochStart];
    return { size: dataset.size, batchSize, epoch, batch, generator };
  }

  /**
   * Goes on where the loader of that state was; all or nothing.
   * @throws FormatError for the state of a loader of other data or another size of batches, or for what is no state
   * @throws DomainError for what is no state of a generator
   */
  loadState(state: DataLoaderState): void {
    const { size, batchSize, epoch, batch, generator } = state;
    const isPlace = [epoch, batch].every((count) => Number.isSafeInteger(count) && count >= 0);
    if (size !== this.dataset.size || batchSize !== this.batchSize || !isPlace || batch >= this.length) {
      throw new FormatError('DataLoader.loadState', {
        expected: `a place among ${this.length} batches of ${this.batchSize} of ${this.dataset.size} rows`,
        got: `epoch ${epoch}, batch ${batch} among batches of ${batchSize} of ${size} rows`,
      });
    }
    this.#generator = Generator.fromState(generator);
    this.#epochStart = generator;
    this.#draws = this.#begin();
    for (let i = 0; i < batch; i++) this.#draws.split();
    this.#epoch = epoch;
    this.#batch = batch;
  }

  /** The next batch: after the last one of an epoch, the first one of the next. */
  next(): Batch {
    const start = this.#batch * this.batchSize;
    const rows = this.#order.slice(start, start + this.batchSize);
    const { inputs: flat, labels } = this.dataset.batch(rows);
    const inputs = reshape(flat, [rows.length, ...this.#shape]);
    const draws = this.#draws.split();
    const batch = { inputs: this.#options.transform?.(inputs, draws) ?? inputs, labels, rows };
    this.#batch += 1;
    if (this.#batch === this.length) {
      this.#epoch += 1;
      this.#batch = 0;
      this.#epochStart = this.#generator.state;
      this.#draws = this.#begin();
    }
    return batch;
  }

  /** What is left of this epoch. */
  *[Symbol.iterator](): IterableIterator<Batch> {
    const { epoch } = this;
    while (this.epoch === epoch) yield this.next();
  }

  #begin(): Generator {
    const epoch = this.#generator.split();
    const { size } = this.dataset;
    const inOrder = (): Int32Array => Int32Array.from({ length: size }, (_, row) => row);
    this.#order = this.#options.shuffle === false ? inOrder() : epoch.permutation(size);
    return epoch;
  }
}
