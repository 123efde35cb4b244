import type { Dataset } from '../dataset.js';
import type { Part } from './data-file.js';
import type { DataFormat } from './recognize.js';
import type { TextDataset } from './texts.js';

/** A file whose format is known, no longer in gzip. */
export interface KnownFile {
  readonly name: string;
  readonly format: DataFormat;
  readonly bytes: Uint8Array;
}

export type PartsOf<Data> = Readonly<Partial<Record<Part, Data>>>;

/** Rows of numbers that a reader found. */
export interface FoundNumbers {
  readonly kind: 'numbers';
  readonly parts: PartsOf<Dataset>;
  /** Of a row. */
  readonly shape: readonly number[];
  readonly classNames?: readonly string[] | undefined;
  readonly featureNames?: readonly string[] | undefined;
}

/** Texts that a reader found. */
export interface FoundTexts {
  readonly kind: 'texts';
  readonly parts: PartsOf<TextDataset>;
  readonly classNames: readonly string[];
}
