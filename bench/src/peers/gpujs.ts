import { consuming } from '../contender.js';
import type { Peer } from './peer.js';
import { gpujsMatmul } from './gpujs-matmul.js';

/** Raw gpu.js in one of its modes: one naive kernel, as its own README has it. */
export function gpujs(mode: 'cpu' | 'webasm'): () => Promise<Peer> {
  return () =>
    Promise.resolve({
      name: `gpu.js-${mode}`,
      tasks: {
        matmul: async ({ a, b, transposeA, transposeB }) => {
          if (transposeA || transposeB) throw new Error('its kernel reads rows and columns as they are');
          const n = a.shape[0] as number;
          const run = await gpujsMatmul(mode, a.values as Float32Array, b.values as Float32Array, n);
          return consuming(run, (rows) => [rows.flatMap((row) => [...row])]);
        },
      },
    });
}
