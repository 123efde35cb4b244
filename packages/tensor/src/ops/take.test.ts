import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../create.js';
import { indexAdd, indexSelect, take } from './take.js';

const table = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('take', () => {
  it('replaces the axis by those of the indices', () => {
    const indices = tensor([[1, 0]], { dtype: 'int32' });
    expect(take(table, indices).toArray()).toEqual([
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
    ]);
    expect(take(table, [2, 2], { axis: -1 }).toArray()).toEqual([
      [3, 3],
      [6, 6],
    ]);
    expect(take(table, tensor(1, { dtype: 'int32' })).toArray()).toEqual([4, 5, 6]);
    expect(take(table, []).shape).toEqual([0, 3]);
  });
});

describe('indexSelect and indexAdd', () => {
  it('are adjoint: one reads what the other adds to', () => {
    expect(indexSelect(table, [1, 1, 0]).toArray()).toEqual([
      [4, 5, 6],
      [4, 5, 6],
      [1, 2, 3],
    ]);
    expect(indexAdd(zeros([2, 3]), [2, 0, 2], ones([2, 3]), { axis: 1 }).toArray()).toEqual([
      [1, 0, 2],
      [1, 0, 2],
    ]);
  });
});

describe('indices that do not fit are refused:', () => {
  const pair = tensor([[0, 1]], { dtype: 'int32' });
  it.each<[string, () => unknown, string, string]>([
    ['floats', () => take(table, tensor([0])), 'DTypeError', 'take'],
    ['fractions', () => take(table, [0.5]), 'DomainError', 'take'],
    ['an axis that is not there', () => take(table, [0], { axis: 2 }), 'ShapeError', 'take'],
    ['what is no tensor', () => take(table, 1 as never), 'DTypeError', 'take'],
    ['two axes to select by', () => indexSelect(table, pair), 'ShapeError', 'indexSelect'],
    ['two axes to add by', () => indexAdd(table, pair, table), 'ShapeError', 'indexAdd'],
    ['a source of another shape', () => indexAdd(table, [0], table), 'ShapeError', 'indexAdd'],
    [
      'a source of another dtype',
      () => indexAdd(table, [0, 1], ones([2, 3], { dtype: 'int32' })),
      'DTypeError',
      'indexAdd',
    ],
  ])('%s', (_, call, name, operation) => {
    expect(call).toThrow(expect.objectContaining({ name, operation }));
  });

  it.each([-1, 2])('the index %i', (index) => {
    expect(() => take(table, [index])).toThrow(
      expect.objectContaining({ name: 'DomainError', operation: 'take' }),
    );
    expect(() => indexSelect(table, [index])).toThrow(expect.objectContaining({ name: 'DomainError' }));
  });
});
