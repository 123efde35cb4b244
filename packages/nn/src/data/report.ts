import type { Dataset } from '../dataset.js';
import type { TextDataset } from './texts.js';

/** What there is to know about a data set before training on it. */
export interface DataReport {
  readonly size: number;
  readonly classes: number;
  /** Rows of each class. */
  readonly counts: readonly number[];
  /** Rows whose inputs are those of an earlier row. */
  readonly duplicates: number;
  /** Of these, the rows whose label is another than that of the first such row. */
  readonly contradictions: number;
}

/**
 * Sizes, rows of each class, and rows that occur more than once. In the time of one pass over the data.
 *
 * @example
 * import { Dataset } from '@renyi/nn';
 * import { reportOf } from '@renyi/nn/data';
 * const labels = Int32Array.of(0, 1, 0);
 * console.log(reportOf(new Dataset({ inputs: Float32Array.of(5, 5, 6), labels, features: 1, classes: 2 })).duplicates); // => 1
 */
export function reportOf(data: Dataset | TextDataset): DataReport {
  const { labels, classes } = data;
  const counts = Array.from({ length: classes }, () => 0);
  const rows = new Rows();
  let duplicates = 0;
  let contradictions = 0;
  for (const [row, label] of labels.entries()) {
    counts[label]! += 1;
    const first = rows.firstLike(data, row);
    if (first === undefined) continue;
    duplicates += 1;
    if (labels[first] !== label) contradictions += 1;
  }
  return { size: labels.length, classes, counts, duplicates, contradictions };
}

/** How many rows of `test` occur in `train`, too: its score on them says nothing about others. */
export function overlapOf<Data extends Dataset | TextDataset>(train: Data, test: Data): number {
  const rows = new Rows();
  for (let row = 0; row < train.size; row++) rows.firstLike(train, row);
  let shared = 0;
  for (let row = 0; row < test.size; row++) if (rows.firstLike(test, row, false) !== undefined) shared += 1;
  return shared;
}

/** Rows by a hash of their inputs, then compared by value. */
class Rows {
  readonly #byHash = new Map<
    number | string,
    { readonly inputs: Float32Array | string; readonly row: number }[]
  >();

  /** The first row that was kept with the inputs of this one; where there is none, this one is kept. */
  firstLike(data: Dataset | TextDataset, row: number, isKept = true): number | undefined {
    const inputs = inputsOf(data, row);
    const hash = typeof inputs === 'string' ? inputs : hashOf(inputs);
    const alike = this.#byHash.get(hash);
    const found = alike?.find((other) => isSame(other.inputs, inputs));
    if (found !== undefined) return found.row;
    if (!isKept) return undefined;
    if (alike === undefined) this.#byHash.set(hash, [{ inputs, row }]);
    else alike.push({ inputs, row });
    return undefined;
  }
}

function inputsOf(data: Dataset | TextDataset, row: number): Float32Array | string {
  if ('texts' in data) return data.texts[row] as string;
  return data.inputs.subarray(row * data.features, (row + 1) * data.features);
}

function isSame(a: Float32Array | string, b: Float32Array | string): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

function hashOf(inputs: Float32Array): number {
  let hash = 0x811c9dc5;
  for (const value of inputs) {
    word[0] = value + 0; // -0 equals 0
    const mixed = Math.imul(hash ^ (bits[0] as number), 0x9e3779b1);
    hash = mixed ^ (mixed >>> 15);
  }
  return hash;
}
