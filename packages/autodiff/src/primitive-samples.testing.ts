import {
  add,
  type Attributes,
  type Inputs,
  type PrimitiveName,
  type Shape,
  type Tensor,
  tensor,
  transpose,
} from '@renyi/tensor';
import { convolutions } from './samples/convolution.testing.js';
import { linear } from './samples/linear.testing.js';
import { normalize } from './samples/normalize.testing.js';
import { rearrangements } from './samples/rearrangements.testing.js';
import { awayFromZero, distinct, float64, int32, normal, uniform } from './samples.testing.js';
import { type NonDifferentiable, nonDifferentiable } from './vjp-rule.js';

/** Operands and attributes to check a primitive at. */
export interface Point<I, A> {
  readonly inputs: I;
  readonly attributes: A;
}
export type Sample<N extends PrimitiveName> = Point<Inputs<N>, Attributes<N>>;

/** For each primitive, points in its domain and away from its kinks and poles, or that it has no derivative. */
export type Samples = { readonly [N in PrimitiveName]: readonly Sample<N>[] | NonDifferentiable };

type Draw = (shape: Shape) => Tensor;

const anywhere: Draw = (shape) => normal(shape);
const positive: Draw = (shape) => uniform(shape, 0.5, 2);

const shapes: readonly Shape[] = [[], [1], [3], [2, 3], [2, 1, 2], [0], [2, 0]];
/** The same shape, either one broadcast, both of them, and scalars and empty ones. */
const pairsOfShapes: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[], [2]],
  [[2, 2], []],
  [[], []],
  [[1], [3]],
  [[1, 1], [2]],
  [
    [2, 1, 2],
    [3, 1],
  ],
  [[0], [1]],
  [
    [1, 2],
    [0, 2],
  ],
];

/** A view whose elements are not in row-major order. */
function strided(draw: Draw): Tensor {
  return transpose(draw([3, 2]));
}

function unary(draw: Draw): Sample<'exp'>[] {
  const inputs = [...shapes.map((shape) => draw(shape)), strided(draw)];
  return inputs.map((x) => ({ inputs: [x], attributes: {} }));
}

function binary(left: Draw, right: Draw = left): Sample<'add'>[] {
  const inputs = pairsOfShapes.map(([a, b]) => [left(a), right(b)] as const);
  return [...inputs, [strided(left), right([3])] as const].map((pair) => ({ inputs: pair, attributes: {} }));
}

function reduction(draw: Draw): Sample<'sum'>[] {
  const cases: [Shape, number[]][] = [
    [[], []],
    [[3], [0]],
    [[2, 3], [0]],
    [[2, 3], [1]],
    [
      [2, 3],
      [0, 1],
    ],
    [[2, 3], []],
    [[2, 1, 3], [1]],
    [
      [2, 3, 2],
      [0, 2],
    ],
    [[0, 2], [1]],
  ];
  return [true, false].flatMap((keepDims) => [
    ...cases.map(
      ([shape, axes]): Sample<'sum'> => ({ inputs: [draw(shape)], attributes: { axes, keepDims } }),
    ),
    { inputs: [strided(draw)], attributes: { axes: [1], keepDims } },
  ]);
}

const condition = tensor([
  [true, false, true],
  [false, false, true],
]);

const renyiRows: Sample<'renyi'>[] = [0.3, 1, 2.5].flatMap((alpha) =>
  ([[3], [2, 3], [1, 1], [2, 1, 2], [0, 2]] as Shape[]).map(
    (shape): Sample<'renyi'> => ({ inputs: [normal(shape), normal(shape), float64(alpha)], attributes: {} }),
  ),
);

/** Pairs that are never equal: the left ones below 1/2 or above 3/2, the right ones between 3/4 and 5/4. */
const apart = binary(
  (shape) => add(awayFromZero(shape, 0.5, 2), 1),
  (shape) => uniform(shape, 0.75, 1.25),
);

export const samples: Samples = {
  add: binary(anywhere),
  sub: binary(anywhere),
  mul: binary(anywhere),
  div: binary(anywhere, awayFromZero),
  pow: binary(positive, anywhere),
  minimum: apart,
  maximum: apart,
  logaddexp: binary(anywhere),
  equal: nonDifferentiable,
  less: nonDifferentiable,
  lessEqual: nonDifferentiable,
  where: [
    { inputs: [condition, normal([2, 3]), normal([2, 3])], attributes: {} },
    { inputs: [condition, normal([3]), normal([2, 1])], attributes: {} },
    { inputs: [condition, normal([]), normal([])], attributes: {} },
    { inputs: [tensor(true), normal([2]), normal([1])], attributes: {} },
    { inputs: [tensor([true, false]), normal([2, 1]), normal([1, 1])], attributes: {} },
    { inputs: [condition, strided(anywhere), normal([2, 3])], attributes: {} },
    { inputs: [tensor([true]), normal([0]), normal([1])], attributes: {} },
  ],
  neg: unary(anywhere),
  exp: unary(anywhere),
  expm1: unary(anywhere),
  log: unary(positive),
  log1p: unary((shape) => uniform(shape, -0.5, 2)),
  sqrt: unary(positive),
  abs: unary(awayFromZero),
  sign: nonDifferentiable,
  floor: nonDifferentiable,
  ceil: nonDifferentiable,
  round: nonDifferentiable,
  sin: unary(anywhere),
  cos: unary(anywhere),
  tanh: unary(anywhere),
  sigmoid: unary(anywhere),
  softplus: unary(anywhere),
  erf: unary(anywhere),
  erfc: unary(anywhere),
  relu: unary(awayFromZero),
  cast: [
    { inputs: [normal([2, 3])], attributes: { dtype: 'float64' } },
    { inputs: [normal([])], attributes: { dtype: 'float64' } },
    { inputs: [normal([0])], attributes: { dtype: 'float64' } },
  ],

  sum: reduction(anywhere),
  max: reduction(distinct),

  reshape: [
    { inputs: [normal([2, 3])], attributes: { shape: [3, 2] } },
    { inputs: [normal([])], attributes: { shape: [1, 1] } },
    { inputs: [normal([1])], attributes: { shape: [] } },
    { inputs: [strided(anywhere)], attributes: { shape: [6] } },
    { inputs: [normal([0, 3])], attributes: { shape: [2, 0] } },
  ],
  transpose: [
    { inputs: [normal([2, 3])], attributes: { axes: [1, 0] } },
    { inputs: [normal([2, 3, 4])], attributes: { axes: [2, 0, 1] } },
    { inputs: [normal([])], attributes: { axes: [] } },
    { inputs: [strided(anywhere)], attributes: { axes: [1, 0] } },
    { inputs: [normal([0, 2])], attributes: { axes: [1, 0] } },
  ],
  expand: [
    { inputs: [normal([3])], attributes: { shape: [2, 3] } },
    { inputs: [normal([])], attributes: { shape: [2, 2] } },
    { inputs: [normal([2, 1])], attributes: { shape: [4, 2, 3] } },
    { inputs: [normal([1, 2])], attributes: { shape: [1, 2] } },
    { inputs: [normal([1])], attributes: { shape: [0] } },
  ],
  ...rearrangements,

  gather: [
    { inputs: [normal([4]), int32([0, 3, 0])], attributes: { axis: 0 } },
    {
      inputs: [
        normal([2, 3]),
        int32([
          [2, 0, 0, 1],
          [1, 1, 1, 1],
        ]),
      ],
      attributes: { axis: 1 },
    },
    // Shorter than the operand along the other axis: its last column receives nothing.
    {
      inputs: [
        normal([2, 3]),
        int32([
          [1, 0],
          [1, 1],
        ]),
      ],
      attributes: { axis: 0 },
    },
    { inputs: [strided(anywhere), int32([[2], [0]])], attributes: { axis: 1 } },
    { inputs: [normal([3]), int32([])], attributes: { axis: 0 } },
  ],
  scatterAdd: [
    { inputs: [normal([4]), int32([0, 3, 0]), normal([3])], attributes: { axis: 0 } },
    {
      inputs: [
        normal([2, 3]),
        int32([
          [2, 0, 0, 1],
          [1, 1, 1, 1],
        ]),
        normal([2, 4]),
      ],
      attributes: { axis: 1 },
    },
    {
      inputs: [
        normal([2, 3]),
        int32([
          [1, 0],
          [1, 1],
        ]),
        normal([2, 2]),
      ],
      attributes: { axis: 0 },
    },
    { inputs: [normal([3]), int32([]), normal([0])], attributes: { axis: 0 } },
  ],
  oneHot: nonDifferentiable,

  matmul: (
    [
      [
        [2, 3],
        [3, 4],
      ],
      [
        [1, 3],
        [3, 1],
      ],
      [
        [2, 2, 3],
        [2, 3, 2],
      ],
      [
        [2, 2, 3],
        [3, 2],
      ],
      [
        [2, 3],
        [2, 3, 1],
      ],
      [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      [
        [2, 0],
        [0, 2],
      ],
      [
        [0, 2],
        [2, 2],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    ] as [Shape, Shape][]
  )
    .map(([a, b]): Sample<'matmul'> => ({ inputs: [normal(a), normal(b)], attributes: {} }))
    .concat([{ inputs: [strided(anywhere), transpose(normal([2, 3]))], attributes: {} }]),

  linear,

  ...convolutions,
  maxPool2dIndices: nonDifferentiable,

  logSoftmax: ([[3], [2, 3], [1], [2, 1, 2], [0, 2]] as Shape[]).map((shape) => ({
    inputs: [normal(shape)],
    attributes: {},
  })),
  normalize,
  softmaxCrossEntropy: [
    { inputs: [normal([3]), int32(1)], attributes: {} },
    { inputs: [normal([2, 3]), int32([2, 0])], attributes: {} },
    { inputs: [normal([2, 1]), int32([0, 0])], attributes: {} },
    { inputs: [strided(anywhere), int32([1, 1])], attributes: {} },
    { inputs: [normal([0, 3]), int32([])], attributes: {} },
  ],
  renyi: renyiRows,
  renyiGradientP: renyiRows,
  renyiGradientQ: renyiRows,
  renyiGradientAlpha: renyiRows,
};
