import {
  type Backend,
  BackendError,
  DTypeError,
  type Kernel,
  referenceBackend,
  type Storage,
  Tensor,
} from '@renyi/tensor';

/**
 * The reference backend as one that answers later alone, and counts how often it did; `fail` has its reads fail. Without float64 it is as
 * WebGPU is.
 */
export function remoteBackend(options: { readonly hasFloat64?: boolean } = {}): {
  readonly backend: Backend;
  readonly reads: () => number;
  readonly fail: () => void;
} {
  const { hasFloat64 = true } = options;
  let reads = 0;
  let isFailing = false;
  const adoptScalar = (x: Tensor): Tensor => {
    const storage: Storage = { ...x.storage, backend };
    return new Tensor(x.layout, x.dtype, storage, x.offset, null);
  };
  const adopt = (x: Tensor): Tensor => {
    if (hasFloat64 || x.dtype !== 'float64') return adoptScalar(x);
    throw new DTypeError('remote', { expected: 'float32, int32 or bool', got: x.dtype });
  };
  const kernels = Object.entries(referenceBackend.kernels).map(([name, kernel]) => [
    name,
    (...call: Parameters<Kernel<'add'>>) => adopt((kernel as Kernel<'add'>)(...call)),
  ]);
  const refuse = (): never => {
    throw new BackendError('readSync', { expected: 'a backend that can be read at once', got: 'another' });
  };
  const backend: Backend = {
    name: 'remote',
    isRemote: true,
    hasFloat64,
    kernels: Object.fromEntries(kernels) as Backend['kernels'],
    upload: (values, layout, dtype) => adopt(referenceBackend.upload(values, layout, dtype)),
    scalar: (value, dtype) => adoptScalar(referenceBackend.scalar(value, dtype)),
    read: async (x) => {
      reads += 1;
      return isFailing ? refuse() : referenceBackend.read(x);
    },
    readSync: refuse,
  };
  const fail = (): void => {
    isFailing = true;
  };
  return { backend, reads: () => reads, fail };
}
