import { consuming, type Prepared } from '../contender.js';
import { importPeer } from './installed.js';
import type { Peer } from './peer.js';
import type { Data, Tasks } from './task.js';

/** jax-js frees what an operation has used: `ref` keeps it for another. */
interface JaxArray {
  readonly ref: JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  dataSync(): Float32Array;
  dispose(): void;
}

/** What is used here of jax-js 0.1. */
interface Jax {
  init(device: string): Promise<unknown>;
  defaultDevice(device: string): unknown;
  jit<F>(f: F): F;
  grad<F>(f: F): (...xs: unknown[]) => JaxArray;
  vjp<F>(
    f: F,
    inputs: readonly JaxArray[],
  ): [output: JaxArray, pullback: (cotangent: JaxArray) => [JaxArray, JaxArray]];
  valueAndGrad<F>(f: F, options?: { argnums: readonly number[] }): (...xs: unknown[]) => [JaxArray, unknown];
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    softmax(x: JaxArray, axis: number): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    logsumexp(x: JaxArray, axis: number): JaxArray;
    oneHot(labels: JaxArray, classes: number): JaxArray;
  };
  readonly numpy: {
    array(values: Float32Array | Int32Array): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    transpose(x: JaxArray): JaxArray;
    add(a: JaxArray, b: JaxArray): JaxArray;
    multiply(a: JaxArray, b: JaxArray | number): JaxArray;
    exp(x: JaxArray): JaxArray;
    tanh(x: JaxArray): JaxArray;
    sum(x: JaxArray, axis?: readonly number[]): JaxArray;
  };
}

/** jax-js on its WebAssembly backend, every task under `jit`, as its own documentation advises. */
export async function jaxJs(): Promise<Peer> {
  // It reads a global that Node has from version 21.
  (globalThis as { navigator?: unknown }).navigator ??= {};
  const library = await importPeer<Jax>('@jax-js/jax');
  await library.init('wasm');
  library.defaultDevice('wasm');
  return {
    name: 'jax-js',
    tasks: tasksOf(library),
    lacks: {
      step: 'not written here: a step is a program of its own under jit',
    },
  };
}

function tasksOf(jax: Jax): Peer['tasks'] {
  const { nn, numpy: np } = jax;
  const upload = ({ values, shape }: Data): JaxArray => np.array(values).reshape(shape);
  const work = (f: (...xs: JaxArray[]) => JaxArray, ...inputs: JaxArray[]): Prepared => {
    const compiled = jax.jit(f);
    let last: JaxArray | undefined;
    // A call only notes what is to be done; reading the result does it.
    return consuming(
      () => {
        last?.dispose();
        last = compiled(...inputs.map((x) => x.ref));
        return last.ref.dataSync();
      },
      (result) => [result],
    );
  };
  return {
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
      const [rows, classes] = x.shape as [number, number];
      const targets = nn.oneHot(upload(labels), classes);
      const loss = (logits: JaxArray, hot: JaxArray): JaxArray =>
        np.multiply(np.sum(np.multiply(nn.logSoftmax(logits, -1), hot)), -1 / rows);
      const both = jax.jit(jax.valueAndGrad(loss));
      const logits = upload(x);
      let last: [JaxArray, JaxArray] | undefined;
      return consuming(
        () => {
          for (const result of last ?? []) result.dispose();
          last = both(logits.ref, targets.ref) as [JaxArray, JaxArray];
          return last.map((result) => result.ref.dataSync());
        },
        (results) => results,
      );
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
      if (!backward) return work(f as (...xs: JaxArray[]) => JaxArray, upload(dataX), upload(dataB));
      const both = jax.jit((x: JaxArray, b: JaxArray, seed: JaxArray) => {
        const [output, pullback] = jax.vjp(f, [x, b]);
        return [output, ...pullback(seed)];
      });
      const ones = { shape: dataX.shape, values: new Float32Array(dataX.values.length).fill(1) };
      const [x, b, seed] = [upload(dataX), upload(dataB), upload(ones)];
      let last: JaxArray[] | undefined;
      return consuming(
        () => {
          for (const result of last ?? []) result.dispose();
          last = both(x.ref, b.ref, seed.ref);
          return last.map((result) => result.ref.dataSync());
        },
        (results) => results,
      );
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
    reduce: ({ x, axes }) => work((values) => np.sum(values as JaxArray, axes), upload(x)),
  };
}
