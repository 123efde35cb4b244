import type { StateDict } from '@renyi/nn';
import { referenceBackend, type Tensor, tensor } from '@renyi/tensor';

/** Tensors whose elements can be read at once: those that lie on a device are brought here, all of them together. */
export async function nearby(tensors: StateDict): Promise<StateDict> {
  const bring = async (x: Tensor): Promise<Tensor> =>
    x.storage.backend.isRemote === true
      ? tensor(await x.data(), { shape: x.shape, dtype: x.dtype, backend: referenceBackend })
      : x;
  const entries = Object.entries(tensors).map(async ([name, x]) => [name, await bring(x)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
