import type { Dataset } from '@renyi/nn';

/** Data, and what its columns and classes are called, as far as it says. */
export interface LoadedData {
  readonly dataset: Dataset;
  /** Undefined where classes are numbers. */
  readonly classNames?: readonly string[] | undefined;
  readonly featureNames?: readonly string[] | undefined;
}
