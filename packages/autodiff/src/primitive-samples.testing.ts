import {
  add,
  type Attributes,
  flip,
  type Inputs,
  type PrimitiveName,
  type Shape,
  type Tensor,
  tensor,
  transpose,
} from '@renyi/tensor';
import { alongAxis } from './samples/along-axis.testing.js';
import { convolutions } from './samples/convolution.testing.js';
import { fused } from './samples/fused.testing.js';
import { indexing } from './samples/indexing.testing.js';
import { linear } from './samples/linear.testing.js';
import { normalize } from './samples/normalize.testing.js';
import { rearrangements } from './samples/rearrangements.testing.js';
import { triangular } from './samples/triangular.testing.js';
import { awayFromZero, distinct, normal, uniform } from './samples.testing.js';
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

const shapes: readonly Shape[] = [[], [1], [3], [2, 3], [1, 1], [2, 1, 2], [0], [2, 0]];
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
  const inputs = [...shapes.map((shape) => draw(shape)), strided(draw), flip(draw([2, 2]), { axis: 1 })];
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
    [[1], [0]],
    [[1, 1], [1]],
    [[1, 4], [1]],
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
    { inputs: [tensor(false), normal([]), normal([])], attributes: {} },
    { inputs: [condition, normal([2, 1, 3]), normal([1, 2, 1])], attributes: {} },
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
  cast: unary(anywhere).map(({ inputs }) => ({ inputs, attributes: { dtype: 'float64' } })),

  sum: reduction(anywhere),
  max: reduction(distinct),
  ...alongAxis,

  ...rearrangements,

  ...indexing,
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

  ...triangular,

  ...convolutions,
  maxPool2dIndices: nonDifferentiable,

  ...fused,
  normalize,
};
