import { type VectorJacobianProduct, vjp } from '@renyi/autodiff';
import { type Backend, type DType, fullLike } from '@renyi/tensor';
import { keeping } from '../keeping.js';
import type { Peer } from './peer.js';
import { products, sums } from './renyi.js';
import { workshop } from './renyi-work.js';

/** This library, for what is counted in bytes, as Node alone can. */
export function renyiKept(backend: Backend, dtype: DType = 'float32'): Peer {
  const { upload } = workshop(backend, dtype);
  return {
    name: backend.name,
    tasks: {
      kept: ({ operation, x: dataX, b: dataB, length }) => {
        const [x, b] = [upload(dataX), upload(dataB)];
        const f = operation === 'add' ? sums(length) : products(length);
        const seed = fullLike(x, 1);
        return keeping(
          () => vjp(f, [x, b]),
          ({ output, pullback }: VectorJacobianProduct) =>
            [output, ...pullback(seed)].map((y) => y.dataSync()),
        );
      },
    },
  };
}
