import type { Generator, Tensor } from '@renyi/tensor';

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

/** A transform that may wait, for a decoder or a worker: in `for await` only. */
export type AsyncTransform = (inputs: Tensor, generator: Generator) => Tensor | Promise<Tensor>;
