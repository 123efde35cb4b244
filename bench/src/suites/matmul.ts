import {
  Generator,
  matmul as multiply,
  referenceBackend,
  type Tensor,
  tensor,
  transpose,
} from '@renyi/tensor';
import { type Contender, consuming, type Group } from '../contender.js';
import { gpujsMatmul } from './matmul-gpujs.js';
import type { Suite } from './suite.js';

/** Row-major n by n matrices in, a new one out: the loop that anybody would write first. */
function naive(a: Float32Array, b: Float32Array, n: number): Float32Array {
  const c = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (a[i * n + k] as number) * (b[k * n + j] as number);
      c[i * n + j] = sum;
    }
  }
  return c;
}

/** The same in float64, with nothing rounded: what the others are held against. */
function exact(a: Float32Array, b: Float32Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (a[i * n + k] as number) * (b[k * n + j] as number);
      c[i * n + j] = sum;
    }
  }
  return c;
}

/** Stored as its transpose, and seen through a view as itself. */
function storedTransposed(x: Tensor): Tensor {
  const [rows, columns] = x.shape as [number, number];
  const data = x.dataSync();
  const turned = Float32Array.from({ length: x.size }, (_, i) => {
    const [column, row] = [Math.floor(i / rows), i % rows];
    return data[row * columns + column] as number;
  });
  return transpose(tensor(turned, { shape: [columns, rows] }));
}

function groupOf(n: number): Group {
  const generator = new Generator(n);
  const [a, b] = [generator.uniform([n, n]), generator.uniform([n, n])];
  const [dataA, dataB] = [Float32Array.from(a.dataSync()), Float32Array.from(b.dataSync())];
  const expected = [exact(dataA, dataB, n)];
  const product = (name: string, left: Tensor, right: Tensor): Contender => ({
    name: `${left.storage.backend.name}, ${name}`,
    prepare: () =>
      consuming(
        () => multiply(left, right),
        (c) => [c.dataSync()],
      ),
    expected,
  });
  return {
    name: `${n} x ${n} times ${n} x ${n}, float32`,
    unit: 'ms',
    operations: 1,
    // n multiplications and n additions for each of n^2 elements.
    flops: 2 * n ** 3,
    // n roundings of 2^-24 in a float32 sum of n positive terms, to first order; nobody may be worse.
    tolerance: n * 2 ** -24,
    contenders: [
      product('A B', a, b),
      product('A stored transposed', storedTransposed(a), b),
      product('B stored transposed', a, storedTransposed(b)),
      product('both stored transposed', storedTransposed(a), storedTransposed(b)),
      product('A B', a.to(referenceBackend), b.to(referenceBackend)),
      {
        name: 'plain JavaScript, three loops',
        prepare: () =>
          consuming(
            () => naive(dataA, dataB, n),
            (c) => [c],
          ),
        expected,
      },
      {
        name: 'gpu.js 2.24.1, mode cpu',
        prepare: async () => {
          const run = await gpujsMatmul(dataA, dataB, n);
          return consuming(run, (rows) => [rows.flatMap((row) => [...row])]);
        },
        expected,
      },
    ],
  };
}

export const matmul: Suite = {
  summary: 'the product of two square matrices',
  *groups({ sizes }) {
    for (const size of sizes) yield groupOf(size);
  },
};
