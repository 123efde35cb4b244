import { consuming, type Prepared } from '../contender.js';
import { importPeer } from './installed.js';
import type { Peer } from './peer.js';
import type { Data, LayerData, Tasks } from './task.js';

interface TfTensor {
  dataSync(): Float32Array;
  dispose(): void;
  assign(value: TfTensor): void;
}

/** What is used here of TensorFlow.js 4. */
interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  getBackend(): string;
  tensor(values: Float32Array | Int32Array, shape: readonly number[], dtype: string): TfTensor;
  variable(x: TfTensor): TfTensor;
  tidy<T>(work: () => T): T;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  add(a: TfTensor, b: TfTensor | number): TfTensor;
  sub(a: TfTensor, b: TfTensor): TfTensor;
  mul(a: TfTensor, b: TfTensor | number): TfTensor;
  exp(x: TfTensor): TfTensor;
  tanh(x: TfTensor): TfTensor;
  relu(x: TfTensor): TfTensor;
  neg(x: TfTensor): TfTensor;
  sum(x: TfTensor, axes?: readonly number[]): TfTensor;
  mean(x: TfTensor, axes?: readonly number[]): TfTensor;
  softmax(x: TfTensor): TfTensor;
  logSoftmax(x: TfTensor): TfTensor;
  logSumExp(x: TfTensor, axis: number): TfTensor;
  oneHot(labels: TfTensor, classes: number): TfTensor;
  moments(x: TfTensor, axes: readonly number[]): { mean: TfTensor; variance: TfTensor };
  valueAndGrads(
    f: (...xs: TfTensor[]) => TfTensor,
  ): (xs: readonly TfTensor[], dy?: TfTensor) => { value: TfTensor; grads: TfTensor[] };
}

/** TensorFlow.js on one of its backends. */
export function tfjs(backend: 'cpu' | 'wasm'): () => Promise<Peer> {
  return async () => {
    const tf = await importPeer<Tf>('@tensorflow/tfjs-core');
    // The core alone knows no gradients in Node; the whole package registers them.
    await importPeer('@tensorflow/tfjs');
    await importPeer(`@tensorflow/tfjs-backend-${backend}`);
    await tf.setBackend(backend);
    await tf.ready();
    if (tf.getBackend() !== backend) throw new Error(`tfjs chose the backend ${tf.getBackend()}`);
    return { name: `tfjs-${backend}`, tasks: tasksOf(tf, backend) };
  };
}

function tasksOf(tf: Tf, backend: string): Peer['tasks'] {
  const upload = ({ values, shape }: Data): TfTensor =>
    tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32');
  /** Each result is freed when the next one comes. Two backends may take turns, so each says again that it is meant. */
  const work = (run: () => TfTensor[]): Prepared => {
    let last: TfTensor[] = [];
    return consuming(
      () => {
        void tf.setBackend(backend);
        for (const x of last) x.dispose();
        last = tf.tidy(run);
        return last;
      },
      (results) => results.map((x) => x.dataSync()),
    );
  };
  return {
    matmul: ({ a, b, transposeA, transposeB }) => {
      const [left, right] = [upload(a), upload(b)];
      return work(() => [tf.matMul(left, right, transposeA, transposeB)]);
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
      const targets = tf.oneHot(upload(labels), data.shape[1] as number);
      const both = tf.valueAndGrads((logits) => crossEntropy(tf, logits as TfTensor, targets));
      return work(() => {
        const { value, grads } = both([x]);
        return [value, ...grads];
      });
    },
    reduce: ({ x: data, axes }) => {
      const x = upload(data);
      return work(() => [tf.sum(x, axes)]);
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
    step: (input) => stepOf(tf, backend, input, upload),
  };
}

function crossEntropy(tf: Tf, logits: TfTensor, targets: TfTensor): TfTensor {
  return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), [-1])));
}

/** y = x Wᵀ + b with relu between the layers. */
function perceptron(tf: Tf, parameters: readonly TfTensor[], x: TfTensor): TfTensor {
  let y = x;
  for (let i = 0; i < parameters.length; i += 2) {
    if (i > 0) y = tf.relu(y);
    y = tf.add(tf.matMul(y, parameters[i] as TfTensor, false, true), parameters[i + 1] as TfTensor);
  }
  return y;
}

/** log sum exp(alpha log p + (1 - alpha) log q) / (alpha - 1), the mean over rows. */
function renyi(tf: Tf, logitsP: TfTensor, logitsQ: TfTensor, alpha: number): TfTensor {
  const tilt = tf.add(tf.mul(tf.logSoftmax(logitsP), alpha), tf.mul(tf.logSoftmax(logitsQ), 1 - alpha));
  return tf.mul(tf.mean(tf.logSumExp(tilt, -1)), 1 / (alpha - 1));
}

/**
 * One step of a cohort. Peers are predicted outside of the gradient, as there is no detach inside: one forward pass
 * more for each student than a library that has one.
 */
function stepOf(
  tf: Tf,
  backend: string,
  { students, x: dataX, labels, alpha, sgd }: Tasks['step'],
  upload: (data: Data) => TfTensor,
): Prepared {
  const x = upload(dataX);
  const classes = students[0]?.at(-1)?.bias.values.length as number;
  const targets = tf.oneHot(upload(labels), classes);
  const flat = (layers: readonly LayerData[]): TfTensor[] =>
    layers.flatMap(({ weight, bias }) => [tf.variable(upload(weight)), tf.variable(upload(bias))]);
  const cohort = students.map((layers) => {
    const parameters = flat(layers);
    const zeros = parameters.map((parameter) => tf.variable(tf.tidy(() => tf.mul(parameter, 0))));
    return { parameters, velocities: zeros };
  });

  const update = (parameter: TfTensor, velocity: TfTensor, gradient: TfTensor): void => {
    const decayed = tf.add(gradient, tf.mul(parameter, sgd.weightDecay));
    const next = tf.add(tf.mul(velocity, sgd.momentum), decayed);
    velocity.assign(next);
    const direction = sgd.nesterov ? tf.add(decayed, tf.mul(next, sgd.momentum)) : next;
    parameter.assign(tf.sub(parameter, tf.mul(direction, sgd.learningRate)));
  };

  const run = (): number[] => {
    void tf.setBackend(backend);
    const losses: number[] = [];
    tf.tidy(() => {
      const isMutual = cohort.length > 1;
      const logits = isMutual ? cohort.map(({ parameters }) => perceptron(tf, parameters, x)) : [];
      for (const [k, { parameters, velocities }] of cohort.entries()) {
        const peers = logits.filter((_, j) => j !== k);
        const { value, grads } = tf.valueAndGrads((...own) => {
          const output = perceptron(tf, own, x);
          const base = crossEntropy(tf, output, targets);
          const terms = peers.map((peer) => tf.mul(renyi(tf, peer, output, alpha), 1 / peers.length));
          return terms.reduce((a, b) => tf.add(a, b), base);
        })(parameters);
        for (const [i, parameter] of parameters.entries())
          update(parameter, velocities[i] as TfTensor, grads[i] as TfTensor);
        losses.push(value.dataSync()[0] as number);
      }
    });
    return losses;
  };
  const first = run();
  return { run: () => void run(), values: () => [first] };
}
