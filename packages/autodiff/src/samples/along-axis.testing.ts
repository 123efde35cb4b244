import { type Shape, transpose } from '@renyi/tensor';
import type { Sample } from '../primitive-samples.testing.js';
import { normal } from '../samples.testing.js';
import { type NonDifferentiable, nonDifferentiable } from '../vjp-rule.js';

/** Shapes and an axis to walk along. */
const walks: readonly (readonly [shape: Shape, axis: number])[] = [
  [[3], 0],
  [[1], 0],
  [[2, 3], 0],
  [[2, 3], 1],
  [[2, 1, 3], 1],
  [[2, 1, 3], 2],
  [[2, 2, 2], 0],
  [[4, 2], 0],
  [[1, 3], 1],
  [[1, 1], 0],
  [[0, 2], 0],
  [[2, 0], 0],
];

interface AlongAxisSamples {
  readonly argmax: NonDifferentiable;
  readonly cumsum: readonly Sample<'cumsum'>[];
  readonly argsort: NonDifferentiable;
}

export const alongAxis: AlongAxisSamples = {
  argmax: nonDifferentiable,
  cumsum: [
    ...walks.flatMap(([shape, axis]) =>
      [false, true].map((reverse) => ({ inputs: [normal(shape)] as const, attributes: { axis, reverse } })),
    ),
    { inputs: [transpose(normal([3, 2]))], attributes: { axis: 1, reverse: false } },
  ],
  argsort: nonDifferentiable,
};
