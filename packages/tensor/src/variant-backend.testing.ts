import type { Backend } from './backend.js';
import type { PrimitiveName } from './primitive.js';
import { referenceBackend } from './reference/backend.js';
import { arrayOf, ReferenceStorage } from './reference/storage.js';
import { Tensor } from './tensor.js';

type Kernels = Backend['kernels'];
type AnyKernel = (...call: unknown[]) => Tensor;

/** The reference backend under another name, with some kernels replaced or (as undefined) taken away. */
export function variantBackend(
  name: string,
  replaced: { readonly [N in PrimitiveName]?: Kernels[N] | undefined } = {},
): Backend {
  const adopt = (x: Tensor): Tensor =>
    new Tensor(x.layout, x.dtype, new ReferenceStorage(backend, arrayOf(x)), x.offset, null);
  const kernels = Object.entries({ ...referenceBackend.kernels, ...replaced })
    .filter(([, kernel]) => kernel !== undefined)
    .map(([primitive, kernel]) => [primitive, (...call: unknown[]) => adopt((kernel as AnyKernel)(...call))]);
  const backend: Backend = {
    name,
    kernels: Object.fromEntries(kernels) as Kernels,
    upload: (values, layout, dtype) => adopt(referenceBackend.upload(values, layout, dtype)),
    scalar: (value, dtype) => adopt(referenceBackend.scalar(value, dtype)),
    read: (x) => referenceBackend.read(x),
    readSync: (x) => referenceBackend.readSync(x),
  };
  return backend;
}
