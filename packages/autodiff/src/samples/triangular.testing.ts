import {
  add,
  eye,
  type LinearAlgebra,
  matmul,
  mul,
  type Shape,
  sub,
  type Tensor,
  transpose,
} from '@renyi/tensor';
import { swapLast } from '../axes.js';
import type { Sample } from '../primitive-samples.testing.js';
import { normal } from '../samples.testing.js';

const identity = (n: number): Tensor => eye(n, { dtype: 'float64' });

/** M Mᵀ + n, and a skew part, which counts for nothing. */
function positiveDefinite(shape: Shape): Tensor {
  const [m, other] = [normal(shape), normal(shape)];
  const n = shape.at(-1) as number;
  return add(add(matmul(m, swapLast(m)), mul(identity(n), n)), sub(other, swapLast(other)));
}

/** Full matrices, of which one triangle counts, with a diagonal around 3. */
const regular = (shape: Shape): Tensor =>
  add(mul(normal(shape), 0.5), mul(identity(shape.at(-1) as number), 3));

const squares: readonly Shape[] = [
  [1, 1],
  [2, 2],
  [4, 4],
  [2, 3, 3],
  [2, 1, 2, 2],
  [3, 3],
  [1, 2, 2],
  [0, 2, 2],
  [0, 0],
];

/** One side or the other is broadcast, has several columns or none. */
const pairs: readonly (readonly [Shape, Shape])[] = [
  [
    [1, 1],
    [1, 1],
  ],
  [
    [3, 3],
    [3, 2],
  ],
  [
    [2, 2, 2],
    [2, 2, 1],
  ],
  [
    [2, 2],
    [3, 2, 2],
  ],
  [
    [2, 1, 2, 2],
    [3, 2, 1],
  ],
  [
    [4, 4],
    [4, 1],
  ],
  [
    [1, 2, 2],
    [2, 2, 2],
  ],
  [
    [2, 2],
    [2, 0],
  ],
  [
    [0, 0],
    [0, 2],
  ],
];

const kinds = [true, false].flatMap((upper) =>
  [true, false].map((unitDiagonal) => ({ upper, unitDiagonal })),
);

export const triangular: {
  readonly [N in Exclude<keyof LinearAlgebra, 'matmul'>]: readonly Sample<N>[];
} = {
  cholesky: [
    ...squares.map((shape): Sample<'cholesky'> => ({ inputs: [positiveDefinite(shape)], attributes: {} })),
    { inputs: [transpose(positiveDefinite([3, 3]))], attributes: {} },
  ],
  triangularSolve: kinds.flatMap((attributes) => [
    ...pairs.map(([a, b]): Sample<'triangularSolve'> => ({ inputs: [regular(a), normal(b)], attributes })),
    { inputs: [transpose(regular([3, 3])), transpose(normal([2, 3]))], attributes },
  ]),
};
