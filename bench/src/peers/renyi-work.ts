import { vjp } from '@renyi/autodiff';
import { type Backend, type DType, scope, type Tensor, tensor } from '@renyi/tensor';
import { consuming, type Prepared } from '../contender.js';
import type { Data } from './task.js';

/** What every task needs: operands on a backend, and runs whose results can be read. */
export interface Workshop {
  readonly dtype: DType;
  readonly upload: (data: Data) => Tensor;
  /** Work whose results are tensors. */
  readonly work: (run: () => readonly Tensor[]) => Prepared;
  /** The value of f, and where there is a cotangent, its pullback to all variables. */
  readonly pulled: (
    f: (...variables: Tensor[]) => Tensor,
    variables: readonly Tensor[],
    cotangent: Data | undefined,
  ) => Prepared;
}

export function workshop(backend: Backend, dtype: DType): Workshop {
  const upload = ({ values, shape }: Data): Tensor =>
    tensor(values, { shape, backend, dtype: values instanceof Int32Array ? 'int32' : dtype });
  const work = (run: () => readonly Tensor[]): Prepared =>
    consuming(
      backend.name === 'gpu' ? freeing(run) : run,
      (results) => results.map((x) => x.dataSync()),
      async (results) => Promise.all(results.map((x) => x.data())),
    );
  return {
    dtype,
    upload,
    work,
    pulled: (f, variables, cotangent) => {
      if (cotangent === undefined) return work(() => [f(...variables)]);
      const seed = upload(cotangent);
      return work(() => {
        const { output, pullback } = vjp(f as (...inputs: Tensor[]) => Tensor, [...variables]);
        return [output, ...pullback(seed)];
      });
    },
  };
}

/** In a scope, and without the results of the run before: a GPU's memory would wait long for the garbage collector. */
function freeing(run: () => readonly Tensor[]): () => readonly Tensor[] {
  let last: readonly Tensor[] = [];
  return () => {
    for (const x of last) x.dispose();
    last = scope(run);
    return last;
  };
}
