import type { Group } from '../contender.js';

export interface SuiteOptions {
  /** Extents of square matrices. */
  readonly sizes: readonly number[];
}

export interface Suite {
  /** One line for the table and for --help. */
  readonly summary: string;
  /** The groups are made one after the other, so that the inputs of one are gone when the next is measured. */
  readonly groups: (options: SuiteOptions) => Iterable<Group>;
}
