import type { Backend } from '../backend.js';
import { bind } from '../bind.js';
import { tensor } from '../create.js';
import type { Attributes } from '../primitive.js';
import { linear } from '../ops/linear.js';
import { matmul } from '../ops/matmul.js';
import { transpose } from '../ops/rearrange.js';
import { primitives } from '../primitives/index.js';
import { referenceBackend } from '../reference/backend.js';
import { type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';

interface Large {
  readonly name: string;
  readonly shapes: readonly Shape[];
  /** Terms of a sum. */
  readonly terms: number;
  /** A place of the second operand that is infinite. */
  readonly infinite?: number;
  readonly compute: (...operands: readonly [Tensor, Tensor, Tensor]) => Tensor;
}

const square = (attributes: Partial<Attributes<'conv2d'>>): Attributes<'conv2d'> => ({
  stride: [1, 1],
  padding: [
    [1, 1],
    [1, 1],
  ],
  dilation: [1, 1],
  groups: 1,
  ...attributes,
});

/** 4,800 windows of 400 in an image: more than one kernel sums over. */
const [images, filters, maps] = [
  [12, 3, 20, 20],
  [8, 3, 3, 3],
  [12, 8, 20, 20],
] as const;

/** 20 images: all their windows are more than are copied at once, and those of some are more rows than a texture has. */
const [manyImages, someFilters, manyMaps] = [
  [20, 8, 80, 80],
  [1, 8, 3, 3],
  [20, 1, 80, 80],
] as const;

/** Products and convolutions of such sizes that they are computed in tiles, some of them with sides that divide by nothing. */
const cases: readonly Large[] = [
  {
    name: 'a layer',
    shapes: [[297, 64], [32, 64], [32]],
    terms: 64,
    compute: (x, weight, bias) => linear(x, weight, { bias, activation: 'relu' }),
  },
  {
    name: 'a product of transposed matrices',
    shapes: [[259, 61], [67, 259], []],
    terms: 259,
    compute: (a, b) => matmul(transpose(a), transpose(b)),
  },
  {
    name: 'a product along a long inner axis',
    shapes: [[6, 20_003], [20_003, 10], []],
    terms: 20_003,
    compute: (a, b) => matmul(a, b),
  },
  {
    name: 'products of many matrices',
    shapes: [[3, 2, 53, 66], [2, 66, 71], []],
    terms: 66,
    compute: (a, b) => matmul(a, b),
  },
  {
    name: 'a product of more rows than a texture has',
    shapes: [[9001, 9], [9, 21], []],
    terms: 9,
    compute: (a, b) => matmul(a, b),
  },
  {
    name: 'a convolution',
    shapes: [images, filters, []],
    terms: 27,
    compute: (x, weight) => bind(primitives.conv2d, [x, weight], square({})),
  },
  {
    name: 'a convolution whose padding an infinite weight meets',
    shapes: [images, filters, []],
    terms: 27,
    infinite: 3,
    compute: (x, weight) => bind(primitives.conv2d, [x, weight], square({})),
  },
  {
    name: 'a convolution in steps of two, with holes',
    shapes: [[16, 8, 31, 30], [12, 8, 3, 3], []],
    terms: 72,
    compute: (x, weight) =>
      bind(primitives.conv2d, [x, weight], square({ stride: [2, 2], dilation: [2, 1] })),
  },
  {
    name: 'the gradient of its input',
    shapes: [maps, filters, []],
    terms: 72,
    compute: (g, weight) => bind(primitives.conv2dGradInput, [g, weight], { ...square({}), size: [20, 20] }),
  },
  {
    name: 'the same with an infinite weight',
    shapes: [maps, filters, []],
    terms: 72,
    infinite: 30,
    compute: (g, weight) => bind(primitives.conv2dGradInput, [g, weight], { ...square({}), size: [20, 20] }),
  },
  {
    name: 'the gradient of its filters where a cotangent is infinite',
    shapes: [images, maps, []],
    terms: 4800,
    infinite: 20,
    compute: (x, g) => bind(primitives.conv2dGradWeight, [x, g], { ...square({}), kernel: [3, 3] }),
  },
  {
    name: 'a convolution of many images',
    shapes: [manyImages, someFilters, []],
    terms: 72,
    compute: (x, weight) => bind(primitives.conv2d, [x, weight], square({})),
  },
  {
    name: 'the gradient of many images',
    shapes: [[40, 8, 60, 60], [8, 1, 3, 3], []],
    terms: 72,
    compute: (g, weight) => bind(primitives.conv2dGradInput, [g, weight], { ...square({}), size: [60, 60] }),
  },
  {
    name: 'the gradient of filters for many images',
    shapes: [manyImages, manyMaps, []],
    terms: 128_000,
    compute: (x, g) => bind(primitives.conv2dGradWeight, [x, g], { ...square({}), kernel: [3, 3] }),
  },
  {
    name: 'the gradient of its filters',
    shapes: [images, maps, []],
    terms: 4800,
    compute: (x, g) => bind(primitives.conv2dGradWeight, [x, g], { ...square({}), kernel: [3, 3] }),
  },
];

async function resultOf({ shapes, infinite, compute }: Large, backend: Backend): Promise<Float32Array> {
  const operands = shapes.map((shape, k) => {
    const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * (k + 1.3)));
    if (k === 1 && infinite !== undefined) values[infinite] = Number.POSITIVE_INFINITY;
    return tensor(values, { shape, backend });
  });
  return (await compute(...(operands as unknown as [Tensor, Tensor, Tensor])).data()) as Float32Array;
}

/** What the reference gives, which takes its time. */
const truths = new Map<Large, Promise<Float32Array>>();

function truthOf(large: Large): Promise<Float32Array> {
  const truth = truths.get(large) ?? resultOf(large, referenceBackend);
  truths.set(large, truth);
  return truth;
}

/** Those whose results are further from the reference's than so many roundings explain, in words. */
export async function deviationsOfLarge(backend: Backend): Promise<string[]> {
  const found: string[] = [];
  for (const large of cases) {
    const [own, truth] = await Promise.all([resultOf(large, backend), truthOf(large)]);
    // Terms of at most 1, each with a rounding, and as many in their sum.
    const bound = (large.terms + 1) * 2 ** -22;
    const difference = (value: number, due: number): number =>
      Object.is(value, due) ? 0 : Math.abs(value - due);
    const worst = own.reduce((error, value, i) => Math.max(error, difference(value, truth[i]!)), 0);
    if (!(worst <= bound) || own.length !== truth.length)
      found.push(`${large.name}: ${worst} beyond ${bound}`);
  }
  return found;
}
