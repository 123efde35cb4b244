import { importPeer } from './installed.js';
import { jaxLayers } from './jax-layers.js';
import type { Jax, JaxArray } from './jax-library.js';
import { jaxSteps } from './jax-step.js';
import { workshop } from './jax-work.js';
import type { Peer } from './peer.js';
import type { Tasks } from './task.js';

/** jax-js on its WebAssembly backend, every task under `jit`, as its own documentation advises. */
export async function jaxJs(): Promise<Peer> {
  // It reads a global that Node has from version 21.
  (globalThis as { navigator?: unknown }).navigator ??= {};
  const library = await importPeer<Jax>('@jax-js/jax');
  await library.init('wasm');
  library.defaultDevice('wasm');
  return { name: 'jax-js', tasks: tasksOf(library) };
}

function tasksOf(jax: Jax): Peer['tasks'] {
  const { nn, numpy: np } = jax;
  const shop = workshop(jax);
  const { upload, work, several, pulled } = shop;
  return {
    ...jaxLayers(jax, shop),
    ...jaxSteps(jax, shop),
    batchedMatmul: ({ a, b }) =>
      work((left, right) => np.matmul(left as JaxArray, right as JaxArray), upload(a), upload(b)),
    matmul: ({ a, b, transposeA, transposeB }: Tasks['matmul']) =>
      work(
        (left, right) =>
          np.matmul(
            transposeA ? np.transpose(left as JaxArray) : (left as JaxArray),
            transposeB ? np.transpose(right as JaxArray) : (right as JaxArray),
          ),
        upload(a),
        upload(b),
      ),
    elementwise: ({ operation, x, y }) => {
      const operations = {
        add: (left: JaxArray, right: JaxArray) => np.add(left, right),
        exp: (left: JaxArray) => np.exp(left),
        tanh: (left: JaxArray) => np.tanh(left),
        chain: (left: JaxArray, right: JaxArray) => nn.relu(np.add(np.multiply(left.ref, right), left)),
      };
      const isBinary = operation === 'add' || operation === 'chain';
      const f = operations[operation] as (...xs: JaxArray[]) => JaxArray;
      return isBinary ? work(f, upload(x), upload(y)) : work(f, upload(x));
    },
    softmax: ({ operation, x, labels }) => {
      if (operation === 'softmax') return work((logits) => nn.softmax(logits as JaxArray, -1), upload(x));
      if (operation === 'logSoftmax')
        return work((logits) => nn.logSoftmax(logits as JaxArray, -1), upload(x));
      const [rows, classes] = x.shape as [number, number];
      const targets = nn.oneHot(upload(labels), classes);
      const loss = (logits: JaxArray, hot: JaxArray): JaxArray =>
        np.multiply(np.sum(np.multiply(nn.logSoftmax(logits, -1), hot)), -1 / rows);
      return several(jax.valueAndGrad(loss) as (...xs: JaxArray[]) => JaxArray[], upload(x), targets);
    },
    // Under jit, what is recorded once is one kernel in the end: the figure is not one of single operations.
    chain: ({ operation, x: dataX, b: dataB, length, backward }) => {
      const f = (x: JaxArray, b: JaxArray): JaxArray => {
        let y = x;
        for (let i = 0; i < length; i++) {
          const other = i + 1 < length ? b.ref : b;
          y = operation === 'add' ? np.add(y, other) : np.multiply(y, other);
        }
        return y;
      };
      const ones = { shape: dataX.shape, values: new Float32Array(dataX.values.length).fill(1) };
      return pulled(f, [dataX, dataB], backward ? ones : undefined);
    },
    grad: ({ x, b, length }) =>
      work(
        jax.grad((start: JaxArray, other: JaxArray): JaxArray => {
          let y = start;
          for (let i = 0; i < length; i++)
            y = i % 3 === 0 ? np.multiply(y, other.ref) : i % 3 === 1 ? np.add(y, other.ref) : np.tanh(y);
          other.dispose();
          return y;
        }),
        upload(x),
        upload(b),
      ),
    reduce: ({ operation, x, axes }) =>
      work(
        (values) => np[operation === 'variance' ? 'var_' : operation](values as JaxArray, axes),
        upload(x),
      ),
  };
}
