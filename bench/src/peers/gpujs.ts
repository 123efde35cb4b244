import type { Prepared } from '../contender.js';
import { elementwiseOf, productOf, type Raw, rawDevice, type RawMode } from './gpujs-kernels.js';
import { NotOfferedError, type Peer } from './peer.js';
import type { Data } from './task.js';

/** Raw gpu.js in one of its modes: one naive kernel, whose operands and results travel with each call. */
export function gpujs(mode: RawMode): () => Promise<Peer> {
  const work = (raw: Raw, a: Data, b: Data): Prepared => {
    const device = rawDevice(mode);
    const kernel = device.kernel(raw);
    const [left, right] = [a, b].map(({ values }) => device.input(values as Float32Array));
    let last = kernel(left, right);
    return {
      run: () => {
        last = kernel(left, right);
      },
      values: () => {
        if (last instanceof Promise) throw new Error('it answers later');
        return [last];
      },
      valuesLater: async () => [await last],
      close: () => void device.close(),
    };
  };
  return () =>
    Promise.resolve({
      name: `gpu.js-${mode}`,
      tasks: {
        matmul: ({ a, b, transposeA, transposeB }) => {
          if (transposeA || transposeB)
            throw new NotOfferedError('its kernel reads rows and columns as they are');
          return work(productOf(a.shape[0] as number), a, b);
        },
        elementwise: ({ operation, x, y }) => work(elementwiseOf(operation, x.values.length), x, y),
      },
    });
}
