import { type Shape, transpose } from '@renyi/tensor';
import type { Sample } from '../primitive-samples.testing.js';
import { normal } from '../samples.testing.js';

/** Rows, columns, both, axes around another, all, none, a single element, nothing. */
const groups: readonly (readonly [shape: Shape, axes: number[]])[] = [
  [[4], [0]],
  [[2, 3], [1]],
  [[2, 3], [0]],
  [
    [2, 3],
    [0, 1],
  ],
  [
    [2, 3, 2],
    [0, 2],
  ],
  [[1], [0]],
  [[1, 3], [1]],
  [
    [3, 1, 2],
    [0, 2],
  ],
  [[2, 4], [0]],
  [[2, 2], []],
  [[0, 2], [1]],
  [[0, 2], [0]],
];

export const normalize: readonly Sample<'normalize'>[] = [
  ...groups.map(
    ([shape, axes]): Sample<'normalize'> => ({ inputs: [normal(shape)], attributes: { axes, epsilon: 0.1 } }),
  ),
  { inputs: [transpose(normal([3, 2]))], attributes: { axes: [1], epsilon: 0.1 } },
];
