import {
  ConfigError,
  type CreateOptions,
  DomainError,
  FormatError,
  type Generator,
  ShapeError,
  type Tensor,
  tensor,
} from '@renyi/tensor';

/** Where rows go as tensors: the default backend, if none is given. */
export type BatchOptions = Pick<CreateOptions, 'backend'>;

/** Labelled rows, before they are a `Dataset`. */
export interface DatasetInit {
  /** Row-major, `features` numbers a row. */
  readonly inputs: Float32Array;
  /** A class from 0 to classes - 1 for each row. */
  readonly labels: Int32Array;
  readonly features: number;
  readonly classes: number;
  /** What messages and run folders call it. */
  readonly name?: string;
  /** Of a row as a tensor, such as [3, 32, 32] of an image; [features] by default. */
  readonly shape?: readonly number[];
  /** Of inputs as a tensor: float32 by default; int32 for numbers of words or characters. */
  readonly dtype?: 'float32' | 'int32';
}

/**
 * Labelled rows for classification, held as typed arrays: those it was given, not copies. It never changes them, and
 * nobody else should; what `subset`, `batch` and `tensors` return are copies.
 * @see torch.utils.data.TensorDataset
 *
 * @example
 * import { Dataset } from '@renyi/nn';
 * const inputs = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
 * const xor = new Dataset({ inputs, labels: Int32Array.of(0, 1, 1, 0), features: 2, classes: 2 });
 * console.log(xor.size, xor.batch([3, 1]).inputs.toArray()); // => 4 [ [ 1, 1 ], [ 0, 1 ] ]
 */
export class Dataset {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly features: number;
  readonly classes: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';

  /**
   * @throws ConfigError unless features and classes are whole numbers of at least 1
   * @throws ShapeError when the arrays do not belong together, or the shape is not that of a row
   * @throws FormatError naming the first row whose label or input is impossible
   */
  constructor(init: DatasetInit) {
    const { inputs, labels, features, classes, name = 'data' } = init;
    const { shape = [features], dtype = 'float32' } = init;
    for (const [setting, count] of Object.entries({ features, classes })) {
      if (Number.isSafeInteger(count) && count >= 1) continue;
      throw new ConfigError('Dataset', {
        expected: `a whole number of ${setting}, at least 1`,
        got: String(count),
      });
    }
    if (inputs.length !== labels.length * features) {
      throw new ShapeError('Dataset', {
        expected: `${labels.length} rows of ${features} features`,
        got: `${inputs.length} numbers`,
      });
    }
    if (shape.reduce((product, extent) => product * extent, 1) !== features) {
      const expected = `a shape of ${features} elements, the features of a row`;
      throw new ShapeError('Dataset', { expected, got: `[${shape.join(', ')}]` });
    }
    for (const [row, label] of labels.entries()) {
      if (label < 0 || label >= classes) {
        throw new FormatError('Dataset', {
          expected: `labels from 0 to ${classes - 1}`,
          got: `${label} in row ${row} of ${name}`,
        });
      }
    }
    const isRight = dtype === 'int32' ? Number.isSafeInteger : Number.isFinite;
    const broken = inputs.findIndex((value) => !isRight(value));
    if (broken >= 0) {
      throw new FormatError('Dataset', {
        expected: dtype === 'int32' ? 'whole numbers as inputs' : 'finite inputs',
        got: `${inputs[broken]} in row ${Math.floor(broken / features)}, feature ${broken % features} of ${name}`,
      });
    }
    this.inputs = inputs;
    this.labels = labels;
    this.features = features;
    this.classes = classes;
    this.name = name;
    this.shape = shape;
    this.dtype = dtype;
  }

  /** How many rows. */
  get size(): number {
    return this.labels.length;
  }

  /** The same, with some of it replaced. @throws as the constructor does */
  with(changes: Partial<DatasetInit>): Dataset {
    const { inputs, labels, features, classes, name, shape, dtype } = this;
    return new Dataset({ inputs, labels, features, classes, name, shape, dtype, ...changes });
  }

  /** A copy of the given rows, in the given order. @throws DomainError for a row that there is not */
  subset(rows: ArrayLike<number>): Dataset {
    return this.with(this.#copy('Dataset.subset', rows));
  }

  /** All rows as tensors: inputs [rows, ...shape] in the dtype, labels [rows] in int32. */
  tensors(options: BatchOptions = {}): { readonly inputs: Tensor; readonly labels: Tensor } {
    return this.#asTensors(this.inputs, this.labels, options);
  }

  /**
   * The given rows as tensors, in the given order: inputs [rows, ...shape] in the dtype, labels [rows] in int32.
   * @throws DomainError for a row that there is not
   */
  batch(
    rows: ArrayLike<number>,
    options: BatchOptions = {},
  ): { readonly inputs: Tensor; readonly labels: Tensor } {
    const { inputs, labels } = this.#copy('Dataset.batch', rows);
    return this.#asTensors(inputs, labels, options);
  }

  #copy(operation: string, rows: ArrayLike<number>): { inputs: Float32Array; labels: Int32Array } {
    const { features } = this;
    const inputs = new Float32Array(rows.length * features);
    const labels = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (!Number.isInteger(row) || row < 0 || row >= this.size) {
        throw new DomainError(operation, { expected: `rows from 0 to ${this.size - 1}`, got: String(row) });
      }
      inputs.set(this.inputs.subarray(row * features, (row + 1) * features), i * features);
      labels[i] = this.labels[row] as number;
    }
    return { inputs, labels };
  }

  #asTensors(
    inputs: Float32Array,
    labels: Int32Array,
    options: BatchOptions,
  ): { readonly inputs: Tensor; readonly labels: Tensor } {
    const shape = [labels.length, ...this.shape];
    const values = this.dtype === 'int32' ? Int32Array.from(inputs) : inputs;
    return { inputs: tensor(values, { shape, ...options }), labels: tensor(labels, options) };
  }

  /**
   * The same rows with other inputs, f(value, feature) for each.
   * @throws FormatError when one of them is not finite
   */
  mapInputs(f: (value: number, feature: number) => number): Dataset {
    const { features } = this;
    return this.with({ inputs: this.inputs.map((value, i) => f(value, i % features)) });
  }
}

/**
 * Splits a data set at random into parts that have every class in the same proportion as the whole.
 * Each class is shuffled and dealt out by `fractions`, to within one row of its share; what they leave goes to the
 * last part, so `stratifiedSplit(data, [0.2, 0.1], generator)` gives parts of 20, 10 and 70 percent. The rows of each
 * part keep their order.
 * @throws DomainError unless the fractions are positive and leave something, and each part gets a row
 * @see sklearn.model_selection.train_test_split with stratify
 *
 * @example
 * import { Generator } from '@renyi/tensor';
 * import { Dataset, stratifiedSplit } from '@renyi/nn';
 * const labels = Int32Array.from({ length: 40 }, (_, row) => row % 4);
 * const data = new Dataset({ inputs: new Float32Array(40), labels, features: 1, classes: 4 });
 * const [test, train] = stratifiedSplit(data, [0.2], new Generator(0));
 * console.log(test?.size, train?.size); // => 8 32
 */
export function stratifiedSplit(
  dataset: Dataset,
  fractions: readonly number[],
  generator: Generator,
): Dataset[] {
  const total = fractions.reduce((sum, fraction) => sum + fraction, 0);
  if (fractions.some((fraction) => !(fraction > 0)) || !(total < 1)) {
    throw new DomainError('stratifiedSplit', {
      expected: 'fractions above 0 with a sum below 1',
      got: `[${fractions.join(', ')}]`,
    });
  }
  const shares = fractions.map((_, part) =>
    fractions.slice(0, part + 1).reduce((sum, fraction) => sum + fraction, 0),
  );
  const parts: number[][] = [...fractions.map(() => []), []];
  for (const members of rowsByClass(dataset)) {
    // Up to which of the shuffled members the rows go to each part.
    const ends = [...shares.map((share) => Math.round(share * members.length)), members.length];
    let part = 0;
    for (const [place, i] of generator.permutation(members.length).entries()) {
      while (place >= (ends[part] as number)) part += 1;
      parts[part]?.push(members[i] as number);
    }
  }
  for (const [part, rows] of parts.entries()) {
    if (rows.length > 0) continue;
    throw new DomainError('stratifiedSplit', {
      expected: `at least one row in each of ${parts.length} parts`,
      got: `none in part ${part}`,
      difference: `${dataset.name} has ${dataset.size} rows`,
      remedy: 'Use more data or a larger fraction',
    });
  }
  return parts.map((rows) => dataset.subset(rows.sort((a, b) => a - b)));
}

function rowsByClass({ labels, classes }: Dataset): number[][] {
  const rows = Array.from({ length: classes }, (): number[] => []);
  for (const [row, label] of labels.entries()) rows[label]?.push(row);
  return rows;
}
