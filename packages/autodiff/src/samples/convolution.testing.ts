import { type Convolution, type Convolutions, type Shape, transpose } from '@renyi/tensor';
import type { Sample } from '../primitive-samples.testing.js';
import { normal } from '../samples.testing.js';

interface Setting {
  readonly x: Shape;
  readonly weight: Shape;
  readonly y: Shape;
  readonly attributes: Convolution;
}

const plain: Convolution = {
  stride: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  dilation: [1, 1],
  groups: 1,
};

const set = (x: Shape, weight: Shape, y: Shape, attributes: Partial<Convolution> = {}): Setting => ({
  x,
  weight,
  y,
  attributes: { ...plain, ...attributes },
});

/** One of each kind: a single product, strides that leave a rest, uneven padding, gaps, groups, each channel alone, nothing at all. */
const settings: readonly Setting[] = [
  set([1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]),
  set([1, 2, 3, 3], [2, 2, 2, 2], [1, 2, 2, 2]),
  set([2, 1, 4, 3], [2, 1, 2, 1], [2, 2, 2, 2], { stride: [2, 2] }),
  set([1, 1, 2, 3], [1, 1, 2, 2], [1, 1, 2, 4], {
    padding: [
      [0, 1],
      [2, 0],
    ],
  }),
  set([1, 1, 3, 4], [1, 1, 2, 2], [1, 1, 1, 1], { dilation: [2, 3] }),
  set([1, 4, 2, 2], [2, 2, 1, 2], [1, 2, 2, 1], { groups: 2 }),
  set([1, 2, 2, 2], [4, 1, 2, 2], [1, 4, 1, 1], { groups: 2 }),
  set([0, 1, 2, 2], [1, 1, 1, 1], [0, 1, 2, 2]),
  set([1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 3, 2], {
    padding: [
      [1, 1],
      [1, 0],
    ],
  }),
  set([1, 2, 4, 3], [2, 1, 2, 2], [1, 2, 2, 2], {
    stride: [2, 2],
    padding: [
      [1, 1],
      [1, 1],
    ],
    dilation: [2, 2],
    groups: 2,
  }),
];

/** A view whose elements are not in row-major order. */
const strided = ([a, b, c, d]: Shape): ReturnType<typeof normal> =>
  transpose(normal([d, c, b, a] as Shape), [3, 2, 1, 0]);

const draws = [normal, normal, normal, normal, normal, strided] as const;

export const convolutions: { readonly [N in keyof Convolutions]: readonly Sample<N>[] } = {
  conv2d: settings.map(({ x, weight, attributes }, i) => {
    const draw = draws[i] ?? normal;
    return { inputs: [draw(x), draw(weight)], attributes };
  }),
  conv2dGradInput: settings.map(({ x, weight, y, attributes }, i) => {
    const draw = draws[i] ?? normal;
    return { inputs: [draw(y), draw(weight)], attributes: { ...attributes, size: [x[2]!, x[3]!] } };
  }),
  conv2dGradWeight: settings.map(({ x, weight, y, attributes }, i) => {
    const draw = draws[i] ?? normal;
    return { inputs: [draw(x), draw(y)], attributes: { ...attributes, kernel: [weight[2]!, weight[3]!] } };
  }),
};
