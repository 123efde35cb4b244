import { DomainError, FormatError, type Generator, ShapeError, type Tensor, tensor } from '@renyi/tensor';

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
}

/** Labelled rows for classification, held as typed arrays. Never changed after it was made. */
export class Dataset {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly features: number;
  readonly classes: number;
  readonly name: string;

  /**
   * @throws ShapeError when the arrays do not belong together
   * @throws FormatError naming the first row whose label or input is impossible
   */
  constructor(init: DatasetInit) {
    const { inputs, labels, features, classes, name = 'data' } = init;
    if (features < 1 || inputs.length !== labels.length * features) {
      throw new ShapeError('Dataset', {
        expected: `${labels.length} rows of ${features} features`,
        got: `${inputs.length} numbers`,
      });
    }
    for (const [row, label] of labels.entries()) {
      if (label < 0 || label >= classes) {
        throw new FormatError('Dataset', {
          expected: `labels from 0 to ${classes - 1}`,
          got: `${label} in row ${row} of ${name}`,
        });
      }
    }
    const broken = inputs.findIndex((value) => !Number.isFinite(value));
    if (broken >= 0) {
      throw new FormatError('Dataset', {
        expected: 'finite inputs',
        got: `${inputs[broken]} in row ${Math.floor(broken / features)}, feature ${broken % features} of ${name}`,
      });
    }
    this.inputs = inputs;
    this.labels = labels;
    this.features = features;
    this.classes = classes;
    this.name = name;
  }

  /** How many rows. */
  get size(): number {
    return this.labels.length;
  }

  /** The given rows, in the given order. @throws DomainError for a row that there is not */
  subset(rows: ArrayLike<number>): Dataset {
    const { features, classes, name } = this;
    const inputs = new Float32Array(rows.length * features);
    const labels = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (!Number.isInteger(row) || row < 0 || row >= this.size) {
        throw new DomainError('Dataset.subset', { expected: `rows from 0 to ${this.size - 1}`, got: String(row) });
      }
      inputs.set(this.inputs.subarray(row * features, (row + 1) * features), i * features);
      labels[i] = this.labels[row] as number;
    }
    return new Dataset({ inputs, labels, features, classes, name });
  }

  /** All rows as tensors: inputs [rows, features] in float32, labels [rows] in int32. */
  tensors(): { readonly inputs: Tensor; readonly labels: Tensor } {
    return { inputs: tensor(this.inputs, { shape: [this.size, this.features] }), labels: tensor(this.labels) };
  }

  /** The given rows as tensors. @throws DomainError for a row that there is not */
  batch(rows: ArrayLike<number>): { readonly inputs: Tensor; readonly labels: Tensor } {
    return this.subset(rows).tensors();
  }

  /** The same rows with other inputs. */
  mapInputs(f: (value: number, feature: number) => number): Dataset {
    const { labels, features, classes, name } = this;
    return new Dataset({ inputs: this.inputs.map((value, i) => f(value, i % features)), labels, features, classes, name });
  }
}

/**
 * Splits a data set at random into parts that have every class in the same proportion as the whole.
 * Each class is shuffled and dealt out by `fractions`; what they leave goes to the last part, so
 * `stratifiedSplit(data, [0.2, 0.1], generator)` gives parts of 20, 10 and 70 percent.
 * @throws DomainError unless the fractions are positive and leave something, and each part gets a row
 */
export function stratifiedSplit(dataset: Dataset, fractions: readonly number[], generator: Generator): Dataset[] {
  const total = fractions.reduce((sum, fraction) => sum + fraction, 0);
  if (fractions.some((fraction) => !(fraction > 0)) || !(total < 1)) {
    throw new DomainError('stratifiedSplit', {
      expected: 'fractions above 0 with a sum below 1',
      got: fractions.join(', '),
    });
  }
  const parts: number[][] = [...fractions.map(() => []), []];
  for (let label = 0; label < dataset.classes; label++) {
    const members = Array.from(dataset.labels.keys()).filter((row) => dataset.labels[row] === label);
    const shuffled = Array.from(generator.permutation(members.length), (i) => members[i] as number);
    let start = 0;
    let share = 0;
    for (const [part, fraction] of fractions.entries()) {
      share += fraction;
      const end = Math.round(share * members.length);
      parts[part]?.push(...shuffled.slice(start, end));
      start = end;
    }
    parts.at(-1)?.push(...shuffled.slice(start));
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
