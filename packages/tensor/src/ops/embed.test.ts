import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { embed, pad } from './embed.js';
import { slice } from './slice.js';

const digits = tensor([0, 1, 2, 3, 4, 5]);
const table = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe('embed', () => {
  it('puts the elements where a slice reads them, and the fill elsewhere', () => {
    const into = embed(table, [3, 6], { starts: [2, 1], steps: [-2, 2], fill: 9 });
    expect(into.toArray()).toEqual([
      [9, 4, 9, 5, 9, 6],
      [9, 9, 9, 9, 9, 9],
      [9, 1, 9, 2, 9, 3],
    ]);
    expect(
      slice(into, [
        [null, null, -2],
        [1, null, 2],
      ]).toArray(),
    ).toEqual(table.toArray());
  });

  it('converts the fill as cast does', () => {
    const filled = (dtype: 'bool' | 'int32', fill: number): unknown =>
      embed(tensor([0], { dtype }), [2], { starts: [0], fill }).toArray();
    expect(filled('bool', 0.5)).toEqual([false, true]);
    expect(filled('int32', -1.5)).toEqual([0, -1]);
    expect(filled('int32', NaN)).toEqual([0, 0]);
  });

  it.each<[string, () => unknown, string]>([
    [
      'a shape that is too small',
      () => embed(table, [2, 3], { starts: [0, 1] }),
      'elements within [2, 3], and steps other than 0',
    ],
    [
      'a start before the first place',
      () => embed(digits, [9], { starts: [-1] }),
      'elements within [9], and steps other than 0',
    ],
    [
      'a step of 0',
      () => embed(digits, [9], { starts: [0], steps: [0] }),
      'elements within [9], and steps other than 0',
    ],
    [
      'another rank',
      () => embed(digits, [9, 9], { starts: [0, 0] }),
      'elements within [9, 9], and steps other than 0',
    ],
    [
      'a shape that is none',
      () => embed(digits, [-1], { starts: [0] }),
      'extents that are whole numbers of at least 0',
    ],
  ])('refuses %s', (_, call, expected) => {
    expect(call).toThrow(expect.objectContaining({ name: 'ShapeError', operation: 'embed', expected }));
  });
});

describe('pad', () => {
  it('adds to each end of each axis', () => {
    expect(
      pad(
        table,
        [
          [0, 1],
          [2, 0],
        ],
        { value: 7 },
      ).toArray(),
    ).toEqual([
      [7, 7, 1, 2, 3],
      [7, 7, 4, 5, 6],
      [7, 7, 7, 7, 7],
    ]);
    expect(pad(tensor([[1]]), 1).toArray()).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    expect(pad(zeros([0]), 2, { value: 1 }).toArray()).toEqual([1, 1, 1, 1]);
    expect(pad(tensor(3), []).toArray()).toBe(3);
  });

  it('takes away where a number is negative, before it adds at the other end', () => {
    expect(pad(digits, [[-1, -2]]).toArray()).toEqual([1, 2, 3]);
    expect(pad(digits, [[-4, 1]], { value: 9 }).toArray()).toEqual([4, 5, 9]);
    expect(pad(digits, [[2, -5]], { value: 9 }).toArray()).toEqual([9, 9, 0]);
    expect(pad(digits, [[-3, -3]]).toArray()).toEqual([]);
    expect(pad(digits, [[-7, 3]], { value: 9 }).toArray()).toEqual([9, 9]);
    expect(pad(digits, [[3, -7]], { value: 9 }).toArray()).toEqual([9, 9]);
  });

  it('copies nothing where nothing is added', () => {
    expect(pad(table, 0)).toBe(table);
    expect(
      pad(table, [
        [0, 0],
        [-1, 0],
      ]).storage,
    ).toBe(table.storage);
  });

  it.each<[string, () => unknown, string]>([
    ['a pair too few', () => pad(table, [[1, 1]]), '[[1, 1]]'],
    ['a number instead of a pair', () => pad(digits, [1 as never]), '[1]'],
    ['a pair of three', () => pad(digits, [[1, 2, 3] as never]), '[[1, 2, 3]]'],
    ['a fraction', () => pad(digits, 0.5), '[[0.5, 0.5]]'],
    ['no widths', () => pad(digits, null as never), 'null'],
    ['more taken away than there is', () => pad(digits, [[-4, -3]]), '[[-4, -3]]'],
    ['an axis beyond all memory', () => pad(digits, 2 ** 31), '[4294967302]'],
  ])('refuses %s', (_, call, got) => {
    expect(call).toThrow(expect.objectContaining({ name: 'ShapeError', operation: 'pad', got }));
  });
});
