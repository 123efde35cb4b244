import { consuming } from '../contender.js';
import { NotOfferedError, type Peer } from './peer.js';
import { plainLayers, withoutGradient } from './plain-layers.js';
import type { Data, Tasks } from './task.js';

/** Plain JavaScript: the loops that anybody would write first, into new arrays. */
export function plain(): Promise<Peer> {
  return Promise.resolve({
    name: 'plain JavaScript',
    tasks: {
      ...plainLayers,
      batchedMatmul: ({ a, b }) => consuming(products.bind(null, a, b), (c) => [c]),
      matmul: ({ a, b, transposeA, transposeB }) => {
        const n = a.shape[0] as number;
        const [rowA, columnA] = transposeA ? [1, n] : [n, 1];
        const [rowB, columnB] = transposeB ? [1, n] : [n, 1];
        const [left, right] = [a.values, b.values];
        return consuming(
          () => {
            const c = new Float32Array(n * n);
            for (let i = 0; i < n; i++) {
              for (let j = 0; j < n; j++) {
                let sum = 0;
                for (let k = 0; k < n; k++)
                  sum += (left[i * rowA + k * columnA] as number) * (right[k * rowB + j * columnB] as number);
                c[i * n + j] = sum;
              }
            }
            return c;
          },
          (c) => [c],
        );
      },
      elementwise: ({ operation, x: dataX, y: dataY }) => {
        const [x, y] = [dataX.values as Float32Array, dataY.values as Float32Array];
        return consuming(loops[operation].bind(null, x, y), (z) => [z]);
      },
      chain: ({ operation, x, b, length, backward }) => {
        if (backward) throw new NotOfferedError(withoutGradient);
        const f = operation === 'add' ? chainOfSums : chainOfProducts;
        return consuming(f.bind(null, x.values as Float32Array, b.values as Float32Array, length), (y) => [
          y,
        ]);
      },
      grad: ({ x: { values: x }, b: { values: b }, length }) =>
        consuming(gradientOfMixture.bind(null, x[0] as number, b[0] as number, length), (gradient) => [
          [gradient],
        ]),
      softmax: ({ operation, x }) => {
        if (operation === 'crossEntropy') throw new NotOfferedError(withoutGradient);
        const isLog = operation === 'logSoftmax';
        const [rows, classes] = x.shape as [number, number];
        const { values } = x;
        return consuming(
          () => {
            const y = new Float32Array(values.length);
            for (let row = 0; row < rows; row++) {
              const start = row * classes;
              let largest = Number.NEGATIVE_INFINITY;
              for (let i = start; i < start + classes; i++) largest = Math.max(largest, values[i] as number);
              let sum = 0;
              for (let i = start; i < start + classes; i++) {
                y[i] = Math.exp((values[i] as number) - largest);
                sum += y[i] as number;
              }
              const shift = largest + Math.log(sum);
              for (let i = start; i < start + classes; i++)
                y[i] = isLog ? (values[i] as number) - shift : (y[i] as number) / sum;
            }
            return y;
          },
          (y) => [y],
        );
      },
    },
  });
}

function products(a: Data, b: Data): Float32Array {
  const [batch, rows, inner] = a.shape as [number, number, number];
  const columns = b.shape[2] as number;
  const c = new Float32Array(batch * rows * columns);
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++)
          sum +=
            (a.values[(n * rows + i) * inner + k] as number) *
            (b.values[(n * inner + k) * columns + j] as number);
        c[at++] = sum;
      }
    }
  }
  return c;
}

type Loop = (x: Float32Array, y: Float32Array) => Float32Array;

const loops: Readonly<Record<Tasks['elementwise']['operation'], Loop>> = {
  add: (x, y) => {
    const z = new Float32Array(x.length);
    for (let i = 0; i < z.length; i++) z[i] = (x[i] as number) + (y[i] as number);
    return z;
  },
  exp: (x) => {
    const z = new Float32Array(x.length);
    for (let i = 0; i < z.length; i++) z[i] = Math.exp(x[i] as number);
    return z;
  },
  tanh: (x) => {
    const z = new Float32Array(x.length);
    for (let i = 0; i < z.length; i++) z[i] = Math.tanh(x[i] as number);
    return z;
  },
  chain: (x, y) => {
    const z = new Float32Array(x.length);
    for (let i = 0; i < z.length; i++)
      z[i] = Math.max((x[i] as number) * (y[i] as number) + (x[i] as number), 0);
    return z;
  },
};

function chainOfSums(x: Float32Array, b: Float32Array, length: number): Float32Array {
  let y = x;
  for (let i = 0; i < length; i++) {
    const out = new Float32Array(y.length);
    for (let k = 0; k < out.length; k++) out[k] = (y[k] as number) + (b[k] as number);
    y = out;
  }
  return y;
}

function chainOfProducts(x: Float32Array, b: Float32Array, length: number): Float32Array {
  let y = x;
  for (let i = 0; i < length; i++) {
    const out = new Float32Array(y.length);
    for (let k = 0; k < out.length; k++) out[k] = (y[k] as number) * (b[k] as number);
    y = out;
  }
  return y;
}

/** By hand: the values forward, then the product of the slopes backward. */
function gradientOfMixture(x: number, b: number, length: number): number {
  const values = new Float32Array(length);
  let y = x;
  for (let i = 0; i < length; i++) {
    y = i % 3 === 0 ? y * b : i % 3 === 1 ? y + b : Math.tanh(y);
    values[i] = y;
  }
  let gradient = 1;
  for (let i = length - 1; i >= 0; i--) {
    const value = values[i] as number;
    gradient *= i % 3 === 0 ? b : i % 3 === 1 ? 1 : 1 - value * value;
  }
  return gradient;
}
