import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../create.js';
import { concat } from './concat.js';
import { flip, select, split } from './parts.js';

const table = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('flip', () => {
  it('reverses all axes, one, or some', () => {
    expect(flip(table).toArray()).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ]);
    expect(flip(table, { axis: -2 }).toArray()).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
    expect(flip(table, { axis: [1] }).toArray()).toEqual([
      [3, 2, 1],
      [6, 5, 4],
    ]);
  });

  it('is a view, and undone by another flip', () => {
    expect(flip(table).storage).toBe(table.storage);
    expect(flip(flip(table, { axis: 0 }), { axis: 0 }).toArray()).toEqual(table.toArray());
  });

  it('leaves alone what has nothing to reverse', () => {
    expect(flip(table, { axis: [] })).toBe(table);
    expect(flip(tensor(1)).toArray()).toBe(1);
    expect(flip(zeros([0, 2])).shape).toEqual([0, 2]);
  });
});

describe('select', () => {
  it('takes one position of an axis, from either end', () => {
    expect(select(table, 1).toArray()).toEqual([4, 5, 6]);
    expect(select(table, -3, { axis: 1 }).toArray()).toEqual([1, 4]);
    expect(select(table, 2, { axis: -1 }).storage).toBe(table.storage);
  });
});

describe('split', () => {
  it('is undone by concat, by one size and by several', () => {
    const x = tensor(
      Float32Array.from({ length: 14 }, (_, i) => i),
      { shape: [2, 7] },
    );
    for (const sizes of [1, 2, 3, 7, 100, [3, 4], [0, 7], [2, 0, 5]]) {
      expect(concat(split(x, sizes, { axis: 1 }), { axis: 1 }).toArray()).toEqual(x.toArray());
    }
    expect(split(x, 3, { axis: -1 }).map(({ shape }) => shape)).toEqual([
      [2, 3],
      [2, 3],
      [2, 1],
    ]);
    expect(split(x, [3, 4], { axis: 1 }).every((piece) => piece.storage === x.storage)).toBe(true);
  });

  it('cuts nothing into one empty piece', () => {
    expect(split(zeros([0, 2]), 3).map(({ shape }) => shape)).toEqual([[0, 2]]);
    expect(split(zeros([0]), [])).toEqual([]);
  });
});

describe('a part that is not there is refused:', () => {
  it.each<[string, () => unknown, string, string, string]>([
    ['an axis to flip', () => flip(table, { axis: 2 }), 'ShapeError', 'flip', '2'],
    ['an axis to flip twice', () => flip(table, { axis: [0, -2] }), 'ShapeError', 'flip', '[0, -2]'],
    ['an axis to select from', () => select(table, 0, { axis: -3 }), 'ShapeError', 'select', '-3'],
    ['an axis of a scalar', () => select(tensor(1), 0), 'ShapeError', 'select', '0'],
    ['an index', () => select(table, 2), 'DomainError', 'select', '2'],
    ['an index that is no whole number', () => select(table, 0.5), 'DomainError', 'select', '0.5'],
    ['pieces of 0', () => split(table, 0), 'ShapeError', 'split', '0'],
    ['pieces of half an element', () => split(table, 0.5), 'ShapeError', 'split', '0.5'],
    ['sizes that are too small', () => split(table, [1], { axis: 1 }), 'ShapeError', 'split', '[1]'],
    ['a negative size', () => split(table, [4, -1], { axis: 1 }), 'ShapeError', 'split', '[4, -1]'],
    ['sizes that are none', () => split(table, '2' as never), 'ShapeError', 'split', '2'],
    ['an axis to split', () => split(ones([2]), 1, { axis: 1 }), 'ShapeError', 'split', '1'],
  ])('%s', (_, call, name, operation, got) => {
    expect(call).toThrow(expect.objectContaining({ name, operation, got }));
  });
});
