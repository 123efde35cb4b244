import { diagonal, dot, einsum, matmul, outer, type Shape, type Tensor, trace } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './check-gradients.js';
import { normal } from './samples.testing.js';

/** Products that are composed of others, and the shapes of their operands. */
const products: readonly (readonly [string, (...xs: Tensor[]) => Tensor, readonly Shape[]])[] = [
  ['a row times a matrix', matmul, [[3], [3, 2]]],
  ['a matrix times a column', matmul, [[2, 3], [3]]],
  ['a batch times a vector', matmul, [[2, 2, 3], [3]]],
  ['a vector times a batch', matmul, [[3], [2, 3, 2]]],
  ['two vectors', matmul, [[3], [3]]],
  ['dot', dot, [[3], [3]]],
  ['outer', outer, [[2], [3]]],
  ['diagonal', (x) => diagonal(x as Tensor, { diagonal: 1 }), [[2, 2, 3]]],
  ['trace', trace, [[2, 3, 3]]],
  [
    'einsum ij,jk->ik',
    (...xs) => einsum('ij,jk->ik', ...xs),
    [
      [2, 3],
      [3, 2],
    ],
  ],
  [
    'einsum bi,ijk,bk->bj',
    (...xs) => einsum('bi,ijk,bk->bj', ...xs),
    [
      [2, 2],
      [2, 3, 2],
      [2, 2],
    ],
  ],
  ['einsum iij,j->i', (...xs) => einsum('iij,j->i', ...xs), [[2, 2, 3], [3]]],
  [
    'einsum ...ij,...j',
    (...xs) => einsum('...ij,...j', ...xs),
    [
      [2, 1, 2, 3],
      [3, 1],
    ],
  ],
  ['einsum ij->j', (x) => einsum('ij->j', x as Tensor), [[2, 3]]],
  ['einsum a,a->', (...xs) => einsum('a,a->', ...xs), [[0], [0]]],
];

describe('the derivatives to order 2, in both modes, are those of differences:', () => {
  it.each(products)('%s', (_, f, shapes) => {
    expect(
      checkGradients(
        f,
        shapes.map((shape) => normal(shape)),
      ).failures,
    ).toEqual([]);
  });
});
