import type { Dataset } from '@renyi/nn';

/** Data, and what its columns and classes are called, as far as it says. */
export interface LoadedData {
  /** All rows; those to train and validate with where there is a test part. */
  readonly dataset: Dataset;
  /** Rows that whoever made the data set apart to test with. */
  readonly test?: Dataset;
  /** Undefined where classes are numbers. */
  readonly classNames?: readonly string[] | undefined;
  readonly featureNames?: readonly string[] | undefined;
}
