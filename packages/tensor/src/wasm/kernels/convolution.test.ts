import { describe, expect, it } from 'vitest';
import { bind } from '../../bind.js';
import { explain } from '../../explain.js';
import { Layout } from '../../layout.js';
import { conv2d } from '../../ops/convolution.js';
import { conv2dGradInput, conv2dGradWeight, convolvedShape } from '../../primitives/convolution.js';
import { referenceBackend } from '../../reference/backend.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { unitStream } from '../../views.testing.js';
import { WasmBackend } from '../backend.js';

const backend = new WasmBackend();

/** The same numbers in float32 here, in float64 on the reference backend, and there their sizes. */
function numbers(shape: Shape, draw: () => number): [here: Tensor, exact: Tensor, size: Tensor] {
  const layout = Layout.contiguous(shape);
  const values = Float32Array.from({ length: layout.size }, () => 2 * draw() - 1);
  return [
    backend.upload(values, layout, 'float32'),
    referenceBackend.upload(values, layout, 'float64'),
    referenceBackend.upload(values.map(Math.abs), layout, 'float64'),
  ];
}

/** Each element is within `terms` eps of the sum of its absolute terms. */
function check(f: (a: Tensor, b: Tensor) => Tensor, a: Tensor[], b: Tensor[], terms: number): void {
  const [here, exact, size] = [0, 1, 2].map((i) => f(a[i] as Tensor, b[i] as Tensor).dataSync());
  expect(explain(() => f(a[0] as Tensor, b[0] as Tensor)).map(({ kernel }) => kernel)).toEqual([
    'float32 SIMD',
  ]);
  here?.forEach((value, i) => {
    const bound = terms * 2 ** -24 * (size?.[i] as number);
    expect(Math.abs(value - (exact?.[i] as number))).toBeLessThanOrEqual(bound);
  });
}

const settings: readonly {
  readonly title: string;
  readonly x: Shape;
  readonly weight: Shape;
  readonly stride?: number;
  readonly padding?: number;
  readonly dilation?: number;
  readonly groups?: number;
}[] = [
  { title: '3 by 3 with a border of zeros', x: [3, 5, 13, 14], weight: [9, 5, 3, 3], padding: 1 },
  { title: 'strides of 2', x: [2, 3, 15, 12], weight: [6, 3, 3, 2], stride: 2, padding: 1 },
  { title: 'dilation', x: [2, 4, 12, 17], weight: [5, 4, 3, 3], dilation: 3, padding: 2 },
  { title: 'groups', x: [2, 6, 9, 9], weight: [9, 2, 3, 3], groups: 3, padding: 1 },
  { title: 'dilation in wide images', x: [2, 4, 12, 30], weight: [5, 4, 3, 3], dilation: 2, padding: 1 },
  { title: 'groups of several filters', x: [2, 10, 9, 15], weight: [14, 5, 3, 2], groups: 2 },
  { title: 'more images than are framed together', x: [3, 12, 44, 44], weight: [4, 12, 3, 3], padding: 1 },
  { title: 'pointwise', x: [3, 40, 7, 7], weight: [12, 40, 1, 1] },
  { title: 'more taps than a block holds', x: [2, 40, 9, 8], weight: [7, 40, 3, 3] },
  { title: 'padding wider than the kernel', x: [2, 3, 4, 5], weight: [8, 3, 2, 2], padding: 4, stride: 3 },
];

describe('a convolution in float32 is within n eps of its sum of n absolute terms, and so are its adjoints', () => {
  it.each(settings)('$title', ({ x, weight, stride = 1, padding = 0, dilation = 1, groups = 1 }) => {
    const attributes = {
      stride: [stride, stride],
      padding: [
        [padding, padding],
        [padding, padding],
      ] as const,
      dilation: [dilation, dilation],
      groups,
    };
    const draw = unitStream(4);
    const y = convolvedShape('conv2d', x, weight, attributes);
    const [xs, weights, ys] = [numbers(x, draw), numbers(weight, draw), numbers(y, draw)];
    const count = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
    check((a, b) => conv2d(a, b, { stride, padding, dilation, groups }), xs, weights, count(weight.slice(1)));
    const size = x.slice(2) as [number, number];
    check(
      (g, w) => bind(conv2dGradInput, [g, w], { ...attributes, size }),
      ys,
      weights,
      count(weight) / (weight[1] as number),
    );
    const kernel = weight.slice(2) as [number, number];
    check(
      (a, g) => bind(conv2dGradWeight, [a, g], { ...attributes, kernel }),
      xs,
      ys,
      count(y) / (y[1] as number),
    );
  });
});

describe('what lies in the padding', () => {
  const ones = (shape: Shape): Tensor =>
    backend.upload(
      new Float32Array(Layout.contiguous(shape).size).fill(1),
      Layout.contiguous(shape),
      'float32',
    );

  it('has no influence, be the weight infinite', () => {
    const weight = ones([4, 4, 3, 3]).dataSync();
    weight[0] = Number.POSITIVE_INFINITY;
    const w = backend.upload(weight, Layout.contiguous([4, 4, 3, 3]), 'float32');
    const y = conv2d(ones([2, 4, 8, 8]), w, { padding: 1 }).dataSync();
    expect(y[0]).toBe(16); // four taps of four channels; the infinite tap is outside
    expect(y[9]).toBe(Number.POSITIVE_INFINITY);
  });

  it('nor be the cotangent', () => {
    const values = ones([2, 4, 8, 8]).dataSync();
    values[0] = Number.POSITIVE_INFINITY;
    const g = backend.upload(values, Layout.contiguous([2, 4, 8, 8]), 'float32');
    const attributes = {
      stride: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ] as const,
      dilation: [1, 1],
      groups: 1,
    };
    const dw = bind(conv2dGradWeight, [ones([2, 4, 8, 8]), g], { ...attributes, kernel: [3, 3] }).dataSync();
    expect(dw[0]).toBe(98); // the first tap never meets the first window: 7 by 7 windows of two images
    expect(dw[4]).toBe(Number.POSITIVE_INFINITY);
  });
});
