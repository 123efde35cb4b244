import type { Backend, Kernel } from '../backend.js';
import { allocateArray, type DType, type TypedArray } from '../dtype.js';
import { Layout } from '../layout.js';
import type { PrimitiveName } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { contiguous } from './contiguous.js';
import { Allocator, arrayOf } from './storage.js';

const scalarLayout: Layout = Layout.contiguous([]);

/** What backends have in common whose tensors can be seen as typed arrays. */
export abstract class ArrayBackend implements Backend {
  abstract readonly name: string;
  abstract readonly kernels: { readonly [N in PrimitiveName]?: Kernel<N> };
  protected readonly allocator: Allocator = new Allocator(this);

  upload(values: ArrayLike<number>, layout: Layout, dtype: DType): Tensor {
    const out = this.allocator.zeros(layout, dtype);
    arrayOf(out).set(values, out.offset);
    return out;
  }

  scalar(value: number, dtype: DType): Tensor {
    const out = this.allocator.zeros(scalarLayout, dtype);
    arrayOf(out)[out.offset] = value;
    return out;
  }

  read(x: Tensor): Promise<TypedArray> {
    return Promise.resolve(this.readSync(x));
  }

  readSync(x: Tensor): TypedArray {
    const source = contiguous(this.allocator, x);
    const data = allocateArray(x.dtype, x.size);
    data.set(arrayOf(source).subarray(source.offset, source.offset + x.size));
    return data;
  }
}
