import {
  asyncScope,
  ConfigError,
  defaultBackend,
  FormatError,
  Generator,
  type GeneratorState,
  keep,
  referenceBackend,
  reshape,
  scope,
  type Tensor,
  to,
  wait,
} from '@renyi/tensor';
import type { Dataset } from '../dataset.js';
import type { AsyncTransform, Batch } from './batch.js';
import { type Plan, prefetched } from './prefetch.js';

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
  readonly transform?: AsyncTransform;
  /** How many batches `for await` prepares ahead, while the caller waits for something else; 1 by default. */
  readonly prefetch?: number;
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
 *
 * `for await` gives the same batches and prepares the next ones meanwhile: while the caller waits for a device, a worker or a file, and
 * several at a time where the transform waits itself. What is prepared and not yet given is not part of `state`; it is freed when the loop is
 * left, and an error of a transform is thrown when its batch is due. After an error the loader stands before that batch. A batch that was given
 * belongs to no scope: dispose of it, or leave it to the garbage collector.
 * @see torch.utils.data.DataLoader, torchdata.stateful_dataloader.StatefulDataLoader
 *
 * @example
 * import { Generator } from '@renyi/tensor';
 * import { loadDigits } from '@renyi/nn/digits';
 * import { DataLoader } from '@renyi/nn/data';
 * const loader = new DataLoader(await loadDigits(), { batchSize: 500, generator: new Generator(0), shape: [1, 8, 8] });
 * const shapes = [...loader].map(({ inputs }) => inputs.shape[0]);
 * console.log(shapes, loader.epoch, loader.next().inputs.shape); // => [ 500, 500, 500, 297 ] 1 [ 500, 1, 8, 8 ]
 * for await (const { inputs } of loader) console.log(inputs.shape[0]);
 * // => 500
 * // => 500
 * // => 297
 */
export class DataLoader implements Iterable<Batch>, AsyncIterable<Batch> {
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
  /** Changes whenever the place does: what was prepared for another one is of no use. */
  #moves = 0;

  /**
   * @throws ConfigError unless the size of a batch is a whole number of at least 1, prefetch one of at least 0, the shape that of a row,
   * and an epoch has a batch
   */
  constructor(dataset: Dataset, options: DataLoaderOptions) {
    const { batchSize, dropLast = false, shape = [dataset.features], prefetch = 1 } = options;
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      const expected = 'a batchSize that is a whole number, at least 1';
      throw new ConfigError('DataLoader', { expected, got: String(batchSize) });
    }
    if (!Number.isSafeInteger(prefetch) || prefetch < 0) {
      const expected = 'a prefetch that is a whole number, at least 0';
      throw new ConfigError('DataLoader', { expected, got: String(prefetch) });
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
    this.#moves += 1;
  }

  /**
   * The next batch: after the last one of an epoch, the first one of the next.
   * @throws ConfigError for a transform that gives a promise
   */
  next(): Batch {
    const { rows, draws } = this.#plan(0);
    const { inputs, labels } = this.#rows(rows);
    const transformed = this.#options.transform?.(inputs, draws) ?? inputs;
    if (transformed instanceof Promise) {
      transformed.catch(() => undefined);
      const expected = 'a transform that gives a tensor at once';
      throw new ConfigError('DataLoader.next', {
        expected,
        got: 'one that gives a promise',
        remedy: 'Take the batches with `for await`',
      });
    }
    this.#advance();
    return { inputs: to(transformed, defaultBackend()), labels, rows };
  }

  /** What is left of this epoch. */
  *[Symbol.iterator](): IterableIterator<Batch> {
    const { epoch } = this;
    while (this.epoch === epoch) yield this.next();
  }

  /** What is left of this epoch, prepared ahead. */
  [Symbol.asyncIterator](): AsyncGenerator<Batch, void, void> {
    return prefetched({
      ahead: this.#options.prefetch ?? 1,
      place: () => ({ epoch: this.#epoch, left: this.length - this.#batch, moves: this.#moves }),
      plan: (ahead) => this.#plan(ahead),
      prepare: (plan) => this.#prepare(plan),
      advance: () => this.#advance(),
    });
  }

  /** The rows and the draws of a batch of this epoch, the next one or one ahead of it: nothing moves. */
  #plan(ahead: number): Plan {
    const start = (this.#batch + ahead) * this.batchSize;
    const generator = Generator.fromState(this.#draws.state);
    for (let i = 0; i < ahead; i++) generator.split();
    return { rows: this.#order.slice(start, start + this.batchSize), draws: generator.split() };
  }

  /** A batch that belongs to no scope. What a transform makes on the way is freed. */
  async #prepare({ rows, draws }: Plan): Promise<Batch> {
    const { inputs, labels } = keep(scope(() => this.#rows(rows)));
    const { transform } = this.#options;
    if (transform === undefined) return { inputs, labels, rows };
    try {
      const transformed = await asyncScope(function* () {
        return to(yield* wait(Promise.resolve(transform(inputs, draws))), defaultBackend());
      });
      if (transformed !== inputs) inputs.dispose();
      return { inputs: keep(transformed), labels, rows };
    } catch (error) {
      for (const x of [inputs, labels]) x.dispose();
      throw error;
    }
  }

  #rows(rows: Int32Array): { inputs: Tensor; labels: Tensor } {
    const isRead = this.#options.transform?.readsInputs === true;
    const { inputs, labels } = this.dataset.batch(rows, isRead ? { backend: referenceBackend } : {});
    return {
      inputs: reshape(inputs, [rows.length, ...this.#shape]),
      labels: to(labels, defaultBackend()),
    };
  }

  #advance(): void {
    this.#draws.split();
    this.#moves += 1;
    this.#batch += 1;
    if (this.#batch < this.length) return;
    this.#epoch += 1;
    this.#batch = 0;
    this.#epochStart = this.#generator.state;
    this.#draws = this.#begin();
  }

  #begin(): Generator {
    const epoch = this.#generator.split();
    const { size } = this.dataset;
    const inOrder = (): Int32Array => Int32Array.from({ length: size }, (_, row) => row);
    this.#order = this.#options.shuffle === false ? inOrder() : epoch.permutation(size);
    return epoch;
  }
}
