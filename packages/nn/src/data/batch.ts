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

interface TransformTraits {
  /** Whether it reads the inputs at once: it is then given them on the reference backend, wherever what it returns is needed. */
  readonly readsInputs?: boolean;
}

/** What becomes of the inputs of a batch, an augmentation for example. The draws are this batch's own. */
export interface Transform extends TransformTraits {
  (inputs: Tensor, generator: Generator): Tensor;
}

/** A transform that may wait, for a decoder or a worker: in `for await` only. */
export interface AsyncTransform extends TransformTraits {
  (inputs: Tensor, generator: Generator): Tensor | Promise<Tensor>;
}

/** A transform that reads the inputs. */
export function reading(transform: Transform): Transform {
  return Object.assign(transform, { readsInputs: true });
}
