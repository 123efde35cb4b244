import { type Tensor, transpose } from '@renyi/tensor';
import type { Sample } from '../primitive-samples.testing.js';
import { int32, normal } from '../samples.testing.js';

/** A view whose elements are not in row-major order. */
const strided = (): Tensor => transpose(normal([3, 2]));

export const indexing: { readonly [N in 'gather' | 'scatterAdd']: readonly Sample<N>[] } = {
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
    { inputs: [strided(), int32([[2], [0]])], attributes: { axis: 1 } },
    { inputs: [normal([3]), int32([])], attributes: { axis: 0 } },
    { inputs: [normal([1]), int32([0, 0])], attributes: { axis: 0 } },
    { inputs: [normal([3, 1]), int32([[2], [2]])], attributes: { axis: 0 } },
    { inputs: [normal([2, 1, 3]), int32([[[1]], [[2]]])], attributes: { axis: 2 } },
    { inputs: [normal([5]), int32([4])], attributes: { axis: 0 } },
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
    { inputs: [normal([1]), int32([0, 0]), normal([2])], attributes: { axis: 0 } },
    { inputs: [normal([3, 1]), int32([[2], [2]]), normal([2, 1])], attributes: { axis: 0 } },
    { inputs: [strided(), int32([[2], [0]]), normal([2, 1])], attributes: { axis: 1 } },
    {
      inputs: [
        normal([2, 3]),
        int32([
          [0, 1, 0],
          [2, 2, 1],
        ]),
        strided(),
      ],
      attributes: { axis: 1 },
    },
    { inputs: [normal([2, 1, 3]), int32([[[1]], [[2]]]), normal([2, 1, 1])], attributes: { axis: 2 } },
  ],
};
