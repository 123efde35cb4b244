import type { Peer } from './peer.js';
import { tfjsLayers } from './tfjs-layers.js';
import type { Tf, TfTensor } from './tfjs-library.js';
import { tfjsStep } from './tfjs-step.js';
import { crossEntropy, renyiOfRows, workshop } from './tfjs-work.js';

/** What TensorFlow.js can do of the tasks, on the given one of its backends. */
export function tfjsTasks(tf: Tf, backend: string): Peer['tasks'] {
  const shop = workshop(tf, backend);
  const { upload, work } = shop;
  return {
    ...tfjsLayers(tf, shop),
    matmul: ({ a, b, transposeA, transposeB }) => {
      const [left, right] = [upload(a), upload(b)];
      return work(() => [tf.matMul(left, right, transposeA, transposeB)]);
    },
    batchedMatmul: ({ a, b }) => {
      const [left, right] = [upload(a), upload(b)];
      return work(() => [tf.matMul(left, right)]);
    },
    elementwise: ({ operation, x: dataX, y: dataY }) => {
      const [x, y] = [upload(dataX), upload(dataY)];
      const operations = {
        add: () => tf.add(x, y),
        exp: () => tf.exp(x),
        tanh: () => tf.tanh(x),
        chain: () => tf.relu(tf.add(tf.mul(x, y), x)),
      };
      return work(() => [operations[operation]()]);
    },
    softmax: ({ operation, x: data, labels }) => {
      const x = upload(data);
      if (operation === 'softmax') return work(() => [tf.softmax(x)]);
      if (operation === 'logSoftmax') return work(() => [tf.logSoftmax(x)]);
      const targets = tf.oneHot(upload(labels), data.shape[1] as number);
      const both = tf.valueAndGrads((logits) => crossEntropy(tf, logits as TfTensor, targets));
      return work(() => {
        const { value, grads } = both([x]);
        return [value, ...grads];
      });
    },
    divergence: ({ p: dataP, q: dataQ, alpha, backward }) => {
      const [p, q] = [upload(dataP), upload(dataQ)];
      const rows = (left: TfTensor, right: TfTensor): TfTensor => renyiOfRows(tf, left, right, alpha);
      if (!backward) return work(() => [rows(p, q)]);
      const both = tf.valueAndGrads((left, right) => tf.sum(rows(left as TfTensor, right as TfTensor)));
      return work(() => {
        const { value, grads } = both([p, q]);
        return [value, ...grads];
      });
    },
    reduce: ({ operation, x: data, axes }) => {
      const x = upload(data);
      const operations = {
        sum: () => tf.sum(x, axes),
        max: () => tf.max(x, axes),
        mean: () => tf.mean(x, axes),
        variance: () => tf.moments(x, axes).variance,
      };
      return work(() => [operations[operation]()]);
    },
    chain: ({ operation, x: dataX, b: dataB, length, backward }) => {
      const [x, b] = [upload(dataX), upload(dataB)];
      const chain = (start: TfTensor, other: TfTensor): TfTensor => {
        let y = start;
        for (let i = 0; i < length; i++) y = tf[operation](y, other);
        return y;
      };
      if (!backward) return work(() => [chain(x, b)]);
      const both = tf.valueAndGrads((start, other) => chain(start as TfTensor, other as TfTensor));
      const seed = tf.add(tf.mul(x, 0), 1);
      return work(() => {
        const { value, grads } = both([x, b], seed);
        return [value, ...grads];
      });
    },
    grad: ({ x: dataX, b: dataB, length }) => {
      const [x, b] = [upload(dataX), upload(dataB)];
      const both = tf.valueAndGrads((start) => {
        let y = start as TfTensor;
        for (let i = 0; i < length; i++)
          y = i % 3 === 0 ? tf.mul(y, b) : i % 3 === 1 ? tf.add(y, b) : tf.tanh(y);
        return y;
      });
      return work(() => both([x]).grads);
    },
    step: (input) => tfjsStep(tf, backend, input, upload),
  };
}
