import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import type { SliceRange } from './ranges.js';
import { slice } from './slice.js';

const digits = tensor([0, 1, 2, 3, 4, 5]);
const table = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('slice', () => {
  it.each<[python: string, SliceRange, number[]]>([
    ['[:]', [], [0, 1, 2, 3, 4, 5]],
    ['[2:]', [2], [2, 3, 4, 5]],
    ['[:2]', [null, 2], [0, 1]],
    ['[-2:]', [-2], [4, 5]],
    ['[:-2]', [null, -2], [0, 1, 2, 3]],
    ['[1:100]', [1, 100], [1, 2, 3, 4, 5]],
    ['[-100:2]', [-100, 2], [0, 1]],
    ['[4:2]', [4, 2], []],
    ['[100:]', [100], []],
    ['[::2]', [null, null, 2], [0, 2, 4]],
    ['[1::2]', [1, null, 2], [1, 3, 5]],
    ['[-100::4]', [-100, null, 4], [0, 4]],
    ['[::-1]', [null, null, -1], [5, 4, 3, 2, 1, 0]],
    ['[4:1:-1]', [4, 1, -1], [4, 3, 2]],
    ['[4::-2]', [4, null, -2], [4, 2, 0]],
    ['[:-3:-1]', [null, -3, -1], [5, 4]],
    ['[100:-100:-3]', [100, -100, -3], [5, 2]],
    ['[1:4:-1]', [1, 4, -1], []],
    ['[2:-1]', [2, -1, null], [2, 3, 4]],
  ])('takes what Python takes by %s', (_, range, expected) => {
    expect(slice(digits, [range]).toArray()).toEqual(expected);
  });

  it('takes one range for each leading axis, or one axis by name', () => {
    expect(slice(table, [null, [1]]).toArray()).toEqual([
      [2, 3],
      [5, 6],
    ]);
    expect(slice(table, [[1]]).toArray()).toEqual([[4, 5, 6]]);
    expect(slice(table, { axis: -1, stop: 1 }).toArray()).toEqual([[1], [4]]);
    expect(slice(table, { start: -1 }).toArray()).toEqual([[4, 5, 6]]);
  });

  it('drops the axis of an index and keeps that of a range of one', () => {
    expect(slice(table, [1]).toArray()).toEqual([4, 5, 6]);
    expect(slice(table, [null, -1]).toArray()).toEqual([3, 6]);
    expect(slice(table, [0, 2]).toArray()).toBe(3);
    expect(slice(table, [[1, 2]]).shape).toEqual([1, 3]);
  });

  it('is a view, whatever the steps and whatever it is taken from', () => {
    const backwards = slice(table, [
      [null, null, -1],
      [null, null, -2],
    ]);
    expect(backwards.toArray()).toEqual([
      [6, 4],
      [3, 1],
    ]);
    expect(backwards.storage).toBe(table.storage);
    const column = slice(backwards, [null, 1]);
    expect(column.toArray()).toEqual([4, 1]);
    expect(column.storage).toBe(table.storage);
  });

  it('is the tensor itself where nothing is left out', () => {
    expect(slice(table, [])).toBe(table);
    expect(slice(table, [[0, 2], null])).toBe(table);
    expect(slice(tensor(1), [])).toBeInstanceOf(Object);
  });

  it('takes nothing from an empty axis', () => {
    expect(
      slice(zeros([0, 3]), [
        [1, 5],
        [null, null, -1],
      ]).shape,
    ).toEqual([0, 3]);
    expect(slice(zeros([0]), [[null, null, -1]]).shape).toEqual([0]);
  });

  it.each<[string, () => unknown, string, string]>([
    ['a step of 0', () => slice(digits, [[0, 4, 0]]), 'ShapeError', '[0, 4, 0]'],
    ['a fraction', () => slice(digits, [[0.5]]), 'ShapeError', '[0.5]'],
    ['Infinity', () => slice(digits, [[0, Infinity]]), 'ShapeError', '[0, Infinity]'],
    ['four bounds', () => slice(digits, [[0, 1, 2, 3] as never]), 'ShapeError', '0,1,2,3'],
    ['text', () => slice(digits, ['1:3' as never]), 'ShapeError', '1:3'],
    ['no ranges', () => slice(digits, 3 as never), 'ShapeError', '3'],
    ['more ranges than axes', () => slice(digits, [null, null]), 'ShapeError', '2 ranges'],
    ['an axis that is not there', () => slice(digits, { axis: 1 }), 'ShapeError', '1'],
    ['an index beyond the end', () => slice(digits, [6]), 'DomainError', '6'],
    ['an index before the start', () => slice(digits, [-7]), 'DomainError', '-7'],
    ['an index into nothing', () => slice(zeros([0]), [0]), 'DomainError', '0'],
    ['an index that is a fraction', () => slice(digits, [1.5]), 'DomainError', '1.5'],
    ['no tensor', () => slice([1, 2] as never, [0]), 'DTypeError', 'Array'],
  ])('refuses %s', (_, call, name, got) => {
    expect(call).toThrow(expect.objectContaining({ name, operation: 'slice', got }));
  });
});
