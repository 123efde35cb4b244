import type { Backend } from '../backend.js';
import { bind } from '../bind.js';
import type { TypedArray } from '../dtype.js';
import { fuse } from '../fuse.js';
import { Layout } from '../layout.js';
import { relu } from '../ops/activations.js';
import { concat } from '../ops/concat.js';
import { conv2d } from '../ops/convolution.js';
import { linear } from '../ops/linear.js';
import { gather, scatterAdd } from '../ops/indexing.js';
import { matmul } from '../ops/matmul.js';
import { batchNorm } from '../ops/normalization.js';
import { sum } from '../ops/reduce.js';
import { renyiDivergence } from '../ops/renyi.js';
import { logSoftmax, softmax } from '../ops/softmax.js';
import { conv2dGradInput, conv2dGradWeight } from '../primitives/convolution.js';
import {
  renyi,
  renyiGradientAlpha,
  renyiGradientP,
  renyiGradientQ,
  softmaxCrossEntropyGradient,
} from '../primitives/fused.js';
import { maxPool2dIndices } from '../primitives/pooling.js';
import type { Tensor } from '../tensor.js';
import { unitStream } from '../views.testing.js';

const drawn = new Map<string, Float32Array>();

/** Numbers in [-1, 1), the same for each shape and seed. */
export function random(backend: Backend, shape: readonly number[], seed: number): Tensor {
  const layout = Layout.contiguous(shape);
  const key = `${seed}: ${shape.join()}`;
  const draw = unitStream(seed);
  const values = drawn.get(key) ?? Float32Array.from({ length: layout.size }, () => 2 * draw() - 1);
  drawn.set(key, values);
  return backend.upload(values, layout, 'float32');
}

/** Where two arrays first differ, NaN being NaN; -1 if nowhere. (`toEqual` takes a second for 100,000 elements.) */
export function firstDifference(a: TypedArray, b: TypedArray): number {
  return a.length === b.length ? a.findIndex((x: number, i: number) => !Object.is(x, b[i])) : a.length;
}

/** Calls whose operands are large enough for each kernel's fast path, and for threads to share. */
export const programs: Readonly<
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
  'the adjoints of a convolution with steps of 2': (make) => {
    const [x, weight, g] = [make([7, 8, 21, 23], 1), make([10, 8, 3, 3], 2), make([7, 10, 11, 12], 3)];
    const border = [
      [1, 1],
      [1, 1],
    ] as const;
    const attributes = { stride: [2, 2], padding: border, dilation: [1, 1], groups: 1 };
    const dx = bind(conv2dGradInput, [g, weight], { ...attributes, size: [21, 23] });
    const dw = bind(conv2dGradWeight, [x, g], { ...attributes, kernel: [3, 3] });
    return concat([dx.reshape([-1]), dw.reshape([-1])]);
  },
  'divergences of pairs of rows, of an odd number of them, and their gradients': (make) => {
    const [p, q, order] = [make([135, 11], 1), make([135, 11], 2), make([], 3).abs()];
    const ofP = bind(renyiGradientP, [p, q, order], {}).reshape([-1]);
    const ofQ = bind(renyiGradientQ, [p, q, order], {}).reshape([-1]);
    return concat([bind(renyi, [p, q, order], {}), ofP, ofQ, bind(renyiGradientAlpha, [p, q, order], {})]);
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
  'Rényi divergences of rows': (make) => renyiDivergence(make([333, 17], 1), make([333, 17], 2), 1.5),
  'a convolution with steps of 2': (make) =>
    conv2d(make([7, 8, 21, 23], 1), make([10, 8, 3, 3], 2), { padding: 1, stride: 2 }),
  'a convolution': (make) => conv2d(make([7, 8, 21, 22], 1), make([10, 8, 3, 3], 2), { padding: 1 }),
};
