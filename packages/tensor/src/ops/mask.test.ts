import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../create.js';
import { booleanMask, maskedFill, tril, triu } from './mask.js';

const table = tensor([
  [1, NaN, 3],
  [4, 5, 6],
]);

describe('booleanMask', () => {
  it('takes elements by a mask over all axes, and parts by one over the leading ones', () => {
    const mask = tensor([
      [true, false, true],
      [false, false, true],
    ]);
    expect(booleanMask(table, mask).toArray()).toEqual([1, 3, 6]);
    expect(booleanMask(table, tensor([false, true])).toArray()).toEqual([[4, 5, 6]]);
    expect(booleanMask(table, tensor([false, false])).shape).toEqual([0, 3]);
    expect(booleanMask(tensor(7), tensor(true)).toArray()).toEqual([7]);
  });
});

describe('maskedFill', () => {
  it('fills where a mask that broadcasts holds, and keeps the dtype', () => {
    const filled = maskedFill(table, tensor([false, true, false]), 0);
    expect(filled.toArray()).toEqual([
      [1, 0, 3],
      [4, 0, 6],
    ]);
    expect(maskedFill(ones([2], { dtype: 'int32' }), tensor([true, false]), 2).dtype).toBe('int32');
  });
});

describe('tril and triu', () => {
  it('keep what is on one side of a diagonal, whatever is on the other', () => {
    expect(tril(table).toArray()).toEqual([
      [1, 0, 0],
      [4, 5, 0],
    ]);
    expect(triu(ones([3, 3]), { diagonal: 1 }).toArray()).toEqual([
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    expect(tril(ones([1, 2, 2], { dtype: 'bool' }), { diagonal: -1 }).toArray()).toEqual([
      [
        [false, false],
        [true, false],
      ],
    ]);
    expect(triu(zeros([0, 2])).shape).toEqual([0, 2]);
  });
});

describe('masks that do not fit are refused:', () => {
  it.each<[string, () => unknown, string, string]>([
    ['numbers to mask by', () => booleanMask(table, table), 'DTypeError', 'booleanMask'],
    ['a mask of other extents', () => booleanMask(table, tensor([true])), 'ShapeError', 'booleanMask'],
    ['numbers to fill by', () => maskedFill(table, table, 0), 'DTypeError', 'maskedFill'],
    [
      'a mask that is larger',
      () => maskedFill(ones([1]), tensor([true, true]), 0),
      'ShapeError',
      'maskedFill',
    ],
    ['a vector without triangles', () => tril(ones([2])), 'ShapeError', 'tril'],
    ['a diagonal between two', () => triu(table, { diagonal: 0.5 }), 'ShapeError', 'triu'],
  ])('%s', (_, call, name, operation) => {
    expect(call).toThrow(expect.objectContaining({ name, operation }));
  });
});
