import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from './create.js';
import { transpose } from './ops/rearrange.js';
import type { Tensor } from './tensor.js';

const counting = (shape: readonly number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((size, extent) => size * extent, 1) }, (_, i) => i),
    { shape },
  );

const printed: readonly (readonly [string, Tensor, string])[] = [
  ['a scalar', tensor(3), 'tensor(3, shape [], float32)'],
  ['a fraction, with 4 decimals', tensor(0.5), 'tensor(0.5000, shape [], float32)'],
  ['a vector', tensor([1, 20, -3]), 'tensor([ 1, 20, -3], shape [3], float32)'],
  [
    'a matrix, in aligned columns',
    tensor([
      [1, 2.5],
      [-30, 4],
    ]),
    'tensor([[  1.0000,   2.5000],\n        [-30.0000,   4.0000]], shape [2, 2], float32)',
  ],
  [
    'a view in its own order',
    transpose(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ),
    'tensor([[1, 3],\n        [2, 4]], shape [2, 2], float32)',
  ],
  [
    'three axes, with an empty line between matrices',
    counting([2, 2, 2]),
    'tensor([[[0, 1],\n         [2, 3]],\n\n        [[4, 5],\n         [6, 7]]], shape [2, 2, 2], float32)',
  ],
  ['booleans', tensor([true, false]), 'tensor([ true, false], shape [2], bool)'],
  [
    'integers, with all digits',
    tensor([2 ** 31 - 1, -1], { dtype: 'int32' }),
    'tensor([2147483647,         -1], shape [2], int32)',
  ],
  [
    'what is no number',
    tensor([NaN, Infinity, -Infinity, 1]),
    'tensor([   nan,    inf,   -inf, 1.0000], shape [4], float32)',
  ],
  [
    'very small and very large numbers, with an exponent',
    tensor([1e-5, 123456.5, 0, -2e-4], { dtype: 'float64' }),
    'tensor([ 1.000e-5,  1.235e+5,    0.0000, -2.000e-4], shape [4], float64)',
  ],
  ['nothing', tensor([]), 'tensor([], shape [0], float32)'],
  ['rows of nothing', zeros([2, 0]), 'tensor([[],\n        []], shape [2, 0], float32)'],
  ['no rows', zeros([0, 3]), 'tensor([], shape [0, 3], float32)'],
  [
    'the ends of a long vector',
    counting([201]),
    'tensor([  0,   1,   2, ..., 198, 199, 200], shape [201], float32)',
  ],
  [
    'the corners of a large matrix',
    counting([20, 20]),
    [
      'tensor([[  0,   1,   2, ...,  17,  18,  19],',
      '        [ 20,  21,  22, ...,  37,  38,  39],',
      '        [ 40,  41,  42, ...,  57,  58,  59],',
      '        ...,',
      '        [340, 341, 342, ..., 357, 358, 359],',
      '        [360, 361, 362, ..., 377, 378, 379],',
      '        [380, 381, 382, ..., 397, 398, 399]], shape [20, 20], float32)',
    ].join('\n'),
  ],
];

describe('a tensor prints', () => {
  it.each(printed)('%s', (_, x, text) => {
    expect(x.toString()).toBe(text);
  });

  it('an axis of up to 6 in full', () => {
    const rows = counting([6, 40]).toString().split('\n');
    expect(rows.map((row) => row.includes('...'))).toEqual(new Array(6).fill(true));
    expect(rows).toHaveLength(6);
  });

  it('200 elements in full', () => {
    expect(counting([200]).toString()).not.toContain('...');
  });
});

describe('console.log', () => {
  it.each(printed)('shows the same: %s', (_, x, text) => {
    expect(inspect(x)).toBe(text);
  });

  it('shows a tensor inside an object', () => {
    expect(inspect({ x: tensor([1, 2]) })).toBe('{ x: tensor([1, 2], shape [2], float32) }');
  });
});
