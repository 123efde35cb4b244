import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { bind } from './bind.js';
import type { TypedArray } from './dtype.js';
import { BackendError, ConfigError } from './errors.js';
import { fuse } from './fuse.js';
import { Layout } from './layout.js';
import { scope } from './memory/scope.js';
import { relu } from './ops/activations.js';
import { concat } from './ops/concat.js';
import { conv2d } from './ops/convolution.js';
import { linear } from './ops/linear.js';
import { gather, scatterAdd } from './ops/indexing.js';
import { matmul } from './ops/matmul.js';
import { batchNorm } from './ops/normalization.js';
import { sum } from './ops/reduce.js';
import { logSoftmax, softmax } from './ops/softmax.js';
import { conv2dGradInput, conv2dGradWeight } from './primitives/convolution.js';
import { softmaxCrossEntropyGradient } from './primitives/fused.js';
import { maxPool2dIndices } from './primitives/pooling.js';
import type { Tensor } from './tensor.js';
import { type ThreadedBackend, threadedBackend } from './threads.js';
import { unitStream } from './views.testing.js';
import { wasmBackend } from './wasm/backend.js';
import type { Backend } from './backend.js';
import type { Address } from './wasm/threads/platform.js';

declare const URL: new (path: string, base: string) => Address;
const worker = new URL(
  '../dist/wasm/threads/worker.js',
  (import.meta as unknown as { readonly url: string }).url,
);

const backends: ThreadedBackend[] = [1, 2, 3].map((threads) => threadedBackend({ threads, worker }));

const drawn = new Map<string, Float32Array>();

function random(backend: Backend, shape: readonly number[], seed: number): Tensor {
  const layout = Layout.contiguous(shape);
  const key = `${seed}: ${shape.join()}`;
  const draw = unitStream(seed);
  const values = drawn.get(key) ?? Float32Array.from({ length: layout.size }, () => 2 * draw() - 1);
  drawn.set(key, values);
  return backend.upload(values, layout, 'float32');
}

/** Where two arrays first differ, NaN being NaN; -1 if nowhere. (`toEqual` takes a second for 100,000 elements.) */
function firstDifference(a: TypedArray, b: TypedArray): number {
  return a.length === b.length ? a.findIndex((x: number, i: number) => !Object.is(x, b[i])) : a.length;
}

const programs: Readonly<
  Record<string, (make: (shape: readonly number[], seed: number) => Tensor) => Tensor>
> = {
  'a product, cut by rows': (make) => matmul(make([301, 150], 1), make([150, 129], 2)),
  'a product, cut by columns': (make) => matmul(make([70, 600], 1), make([333, 600], 2).transpose()),
  'an affine map': (make) =>
    linear(make([129, 200], 1), make([131, 200], 2), { bias: make([131], 3), activation: 'relu' }),
  'elementwise functions': (make) =>
    make([123, 457], 1)
      .tanh()
      .add(make([123, 457], 2))
      .mul(0.3)
      .exp(),
  'a comparison': (make) => relu(make([333, 321], 1)).sub(make([333, 321], 2)),
  'a fused expression': (make) =>
    fuse((x: Tensor, y: Tensor) => x.mul(y).add(x).relu().sqrt())(make([222, 333], 1), make([222, 333], 2)),
  'sums of rows, and their softmax': (make) => sum(logSoftmax(make([333, 128], 1)), { axis: 1 }),
  'rows that vectors run over': (make) => {
    const x = make([333, 131], 1);
    const labels = x.storage.backend.upload(
      Int32Array.from({ length: 333 }, (_, i) => i % 131),
      Layout.contiguous([333]),
      'int32',
    );
    const slopes = bind(softmaxCrossEntropyGradient, [x, labels, make([333], 2)], {});
    return concat([logSoftmax(x), softmax(x), slopes]);
  },
  'the adjoints of a convolution': (make) => {
    const [x, weight, g] = [make([7, 8, 21, 22], 1), make([10, 8, 3, 3], 2), make([7, 10, 21, 22], 3)];
    const border = [
      [1, 1],
      [1, 1],
    ] as const;
    const attributes = { stride: [1, 1], padding: border, dilation: [1, 1], groups: 1 };
    const dx = bind(conv2dGradInput, [g, weight], { ...attributes, size: [21, 22] });
    const dw = bind(conv2dGradWeight, [x, g], { ...attributes, kernel: [3, 3] });
    return concat([dx.reshape([-1]), dw.reshape([-1])]);
  },
  'a matrix and a row, of lengths that vectors run over': (make) =>
    make([301, 133], 1)
      .add(make([133], 2))
      .sub(make([301, 1], 3)),
  'matrices and numbers of channels': (make) => make([33, 8, 15, 11], 1).mul(make([8, 1, 1], 2)),
  'sums down columns and around channels': (make) =>
    concat([
      sum(make([300, 331], 1), { axis: 0 }),
      make([300, 331], 1).max({ axis: 0 }),
      sum(make([31, 9, 14, 13], 2), { axis: [0, 2, 3] }),
    ]),
  'channels that are normalized': (make) =>
    batchNorm(make([31, 9, 14, 13], 1), { weight: make([9], 2), bias: make([9], 3) }),
  'an affine map that ends with a tanh': (make) =>
    linear(make([301, 40], 1), make([131, 40], 2), { bias: make([131], 3), activation: 'tanh' }),
  'the largest elements of windows, and what comes back to where they are': (make) => {
    const [x, unpadded] = [make([31, 11, 28, 28], 1), [0, 0] as const];
    const attributes = { stride: [2, 2], padding: [unpadded, unpadded], dilation: [1, 1] };
    const indices = bind(maxPool2dIndices, [x], { ...attributes, kernel: [2, 2] }).reshape([
      31 * 11,
      14 * 14,
    ]);
    const picked = gather(x.reshape([31 * 11, 28 * 28]), indices, 1);
    const wider = (extent: number): Tensor =>
      scatterAdd(make([31 * 11, extent], 2), indices, picked, 1).reshape([-1]);
    return concat([picked.reshape([-1]), wider(28 * 28), wider(28 * 28 + 1)]);
  },
  'matrices without a remainder, of rows with one': (make) => make([300, 12, 11], 1).mul(make([12, 1], 2)),
  'a convolution': (make) => conv2d(make([7, 8, 21, 22], 1), make([10, 8, 3, 3], 2), { padding: 1 }),
};

describe('the wasm backend with threads', () => {
  afterAll(() => {
    for (const backend of backends) backend.close();
  });

  it.each(Object.entries(programs))(
    'gives the bits of one thread, for any number of them: %s',
    (_, program) => {
      const on = (backend: Backend): Tensor => program((shape, seed) => random(backend, shape, seed));
      const expected = on(wasmBackend).dataSync();
      for (const backend of backends) {
        for (let i = 0; i < 5; i++) expect(firstDifference(on(backend).dataSync(), expected)).toBe(-1);
        expect(
          firstDifference(
            scope(() => on(backend).dataSync()),
            expected,
          ),
        ).toBe(-1);
        expect(backend.linearMemory.usedBytes).toBe(0);
      }
    },
  );

  it('goes on computing when it is closed', () => {
    const backend = threadedBackend({ threads: 2, worker });
    const product = (): Tensor => matmul(random(backend, [200, 200], 1), random(backend, [200, 200], 2));
    const expected = product().dataSync();
    backend.close();
    expect(firstDifference(product().dataSync(), expected)).toBe(-1);
  });

  it('does not keep a process alive with its sleeping workers', async () => {
    const built = new URL('../dist/', (import.meta as unknown as { readonly url: string }).url).href;
    const program = `
      const { threadedBackend } = await import('${built}threads.js');
      const { ones } = await import('${built}index.js');
      const x = ones([300, 300], { backend: threadedBackend({ threads: 3 }) });
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(x.matmul(x).max().item());`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout).toBe('300\n');
  });

  it('refuses a number of threads that makes no sense, and operands of another backend', () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 65]) {
      expect(() => threadedBackend({ threads })).toThrow(ConfigError);
    }
    expect(() => matmul(random(backends[0] as Backend, [3, 3], 1), random(wasmBackend, [3, 3], 1))).toThrow(
      BackendError,
    );
  });
});
