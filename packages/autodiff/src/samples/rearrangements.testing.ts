import { type Shape, transpose } from '@renyi/tensor';
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
  [0, [[0], [2]]],
  [0, [[0], [0]]],
];

export const rearrangements: { readonly [N in 'slice' | 'embed' | 'concat']: readonly Sample<N>[] } = {
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
