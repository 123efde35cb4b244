import type { Backend } from '../backend.js';
import { allocateArray, type DType, type TypedArray } from '../dtype.js';
import { Layout } from '../layout.js';
import type { Tensor } from '../tensor.js';
import { contiguous } from './contiguous.js';
import { type ReferenceKernels, referenceKernels } from './kernels.js';
import { Allocator, arrayOf } from './storage.js';

/**
 * Plain loops over typed arrays: the definition of every primitive, against which the faster backends are
 * held, and the one that works where WebAssembly does not. Arithmetic is float64 and each result is rounded
 * once, when it is stored; sums run in row-major order, so results are the same bits on every run and machine
 * (as far as its `Math` functions agree).
 */
class ReferenceBackend implements Backend {
  readonly name = 'reference';
  readonly #allocator = new Allocator(this);
  readonly kernels: ReferenceKernels = referenceKernels(this.#allocator);

  upload(values: ArrayLike<number>, layout: Layout, dtype: DType): Tensor {
    const out = this.#allocator.zeros(layout, dtype);
    arrayOf(out).set(values, out.offset);
    return out;
  }

  scalar(value: number, dtype: DType): Tensor {
    const out = this.#allocator.zeros(scalarLayout, dtype);
    arrayOf(out)[out.offset] = value;
    return out;
  }

  read(x: Tensor): Promise<TypedArray> {
    return Promise.resolve(this.readSync(x));
  }

  readSync(x: Tensor): TypedArray {
    const source = contiguous(this.#allocator, x);
    const data = allocateArray(x.dtype, x.size);
    data.set(arrayOf(source).subarray(source.offset, source.offset + x.size));
    return data;
  }
}

const scalarLayout: Layout = Layout.contiguous([]);

export const referenceBackend: Backend = new ReferenceBackend();
