import { type Rearrangements, type Shape, type Tensor, transpose } from '@renyi/tensor';
import type { Sample } from '../primitive-samples.testing.js';
import { normal } from '../samples.testing.js';

/** A whole, and where a part of it is: forwards, backwards, with gaps, a single element, nothing, and of a scalar. */
const parts: readonly (readonly [whole: Shape, starts: number[], sizes: Shape, steps: number[]])[] = [
  [[5], [1], [3], [1]],
  [[5], [4], [3], [-2]],
  [[1], [0], [1], [1]],
  [
    [3, 4],
    [0, 3],
    [2, 4],
    [2, -1],
  ],
  [
    [3, 1],
    [1, 0],
    [1, 1],
    [1, 1],
  ],
  [
    [2, 3, 4],
    [0, 1, 0],
    [2, 2, 2],
    [1, 1, 3],
  ],
  [
    [2, 6],
    [1, 1],
    [1, 3],
    [1, 2],
  ],
  [[], [], [], []],
  [[3], [1], [0], [1]],
  [
    [0, 2],
    [0, 0],
    [0, 1],
    [1, 1],
  ],
];

/** Shapes to be joined along an axis. */
const joins: readonly (readonly [axis: number, shapes: readonly Shape[]])[] = [
  [0, [[2], [1], [3]]],
  [0, [[2]]],
  [
    1,
    [
      [2, 1],
      [2, 3],
    ],
  ],
  [
    0,
    [
      [1, 2],
      [1, 2],
      [2, 2],
    ],
  ],
  [
    1,
    [
      [2, 1, 2],
      [2, 2, 2],
    ],
  ],
  [0, [[1], [1]]],
  [
    0,
    [
      [1, 1],
      [2, 1],
    ],
  ],
  [0, [[0], [2]]],
  [0, [[0], [0]]],
];

/** A view whose elements are not in row-major order. */
const strided = (): Tensor => transpose(normal([3, 2]));

export const rearrangements: { readonly [N in keyof Rearrangements]: readonly Sample<N>[] } = {
  reshape: [
    { inputs: [normal([2, 3])], attributes: { shape: [3, 2] } },
    { inputs: [normal([])], attributes: { shape: [1, 1] } },
    { inputs: [normal([1])], attributes: { shape: [] } },
    { inputs: [strided()], attributes: { shape: [6] } },
    { inputs: [normal([0, 3])], attributes: { shape: [2, 0] } },
    { inputs: [normal([1, 2, 1])], attributes: { shape: [2] } },
    { inputs: [normal([2, 2, 2])], attributes: { shape: [4, 2] } },
    { inputs: [transpose(normal([2, 3, 2]), [2, 0, 1])], attributes: { shape: [3, 4] } },
    { inputs: [normal([3])], attributes: { shape: [3] } },
  ],
  transpose: [
    { inputs: [normal([2, 3])], attributes: { axes: [1, 0] } },
    { inputs: [normal([2, 3, 4])], attributes: { axes: [2, 0, 1] } },
    { inputs: [normal([])], attributes: { axes: [] } },
    { inputs: [strided()], attributes: { axes: [1, 0] } },
    { inputs: [normal([0, 2])], attributes: { axes: [1, 0] } },
    { inputs: [normal([3])], attributes: { axes: [0] } },
    { inputs: [normal([1, 3])], attributes: { axes: [1, 0] } },
    { inputs: [normal([2, 1, 2, 2])], attributes: { axes: [3, 1, 0, 2] } },
    { inputs: [normal([2, 2, 3])], attributes: { axes: [0, 2, 1] } },
  ],
  expand: [
    { inputs: [normal([3])], attributes: { shape: [2, 3] } },
    { inputs: [normal([])], attributes: { shape: [2, 2] } },
    { inputs: [normal([2, 1])], attributes: { shape: [4, 2, 3] } },
    { inputs: [normal([1, 2])], attributes: { shape: [1, 2] } },
    { inputs: [normal([1])], attributes: { shape: [0] } },
    { inputs: [normal([1])], attributes: { shape: [3] } },
    { inputs: [normal([1, 1])], attributes: { shape: [2, 3] } },
    { inputs: [strided()], attributes: { shape: [2, 2, 3] } },
    { inputs: [normal([2, 1, 3])], attributes: { shape: [2, 2, 3] } },
  ],

  slice: [
    ...parts.map(
      ([whole, starts, sizes, steps]): Sample<'slice'> => ({
        inputs: [normal(whole)],
        attributes: { starts, sizes, steps },
      }),
    ),
    {
      inputs: [transpose(normal([3, 2]))],
      attributes: { starts: [1, 2], sizes: [2, 2], steps: [-1, -2] },
    },
  ],
  embed: [
    ...parts.map(
      ([shape, starts, sizes, steps], i): Sample<'embed'> => ({
        inputs: [normal(sizes)],
        attributes: { shape, starts, steps, fill: i % 2 },
      }),
    ),
    {
      inputs: [transpose(normal([3, 2]))],
      attributes: { shape: [3, 5], starts: [2, 0], steps: [-2, 2], fill: 0 },
    },
  ],
  concat: [
    ...joins.map(
      ([axis, shapes]): Sample<'concat'> => ({
        inputs: shapes.map((shape) => normal(shape)),
        attributes: { axis },
      }),
    ),
    {
      inputs: [transpose(normal([3, 2])), normal([2, 1]), transpose(normal([2, 2]))],
      attributes: { axis: 1 },
    },
  ],
};
