import { describe, expect, it } from 'vitest';
import { onesLike, tensor, zerosLike } from './create.js';
import { arange, eye, linspace } from './sequences.js';

describe('arange', () => {
  it('counts in whole numbers as int32, in others as float32', () => {
    expect(arange(4)).toMatchObject({ dtype: 'int32', shape: [4] });
    expect(arange(1, 2, { step: 0.25 })).toMatchObject({ dtype: 'float32' });
    expect(arange(1, 2, { step: 0.25 }).toArray()).toEqual([1, 1.25, 1.5, 1.75]);
    expect(arange(2 ** 31 - 1, 2 ** 31, { dtype: 'float64' }).toArray()).toEqual([2 ** 31 - 1]);
  });

  it('ends before the bound, in either direction', () => {
    expect(arange(0, 5, { step: 2 }).toArray()).toEqual([0, 2, 4]);
    expect(arange(5, 0, { step: -2 }).toArray()).toEqual([5, 3, 1]);
    expect(arange(-3).toArray()).toEqual([]);
    expect(arange(3, 3).toArray()).toEqual([]);
  });
});

describe('linspace', () => {
  it('has both ends exactly', () => {
    const ends = linspace(0.1, 0.7, 7, { dtype: 'float64' }).dataSync();
    expect([ends[0], ends[6]]).toEqual([0.1, 0.7]);
    expect(linspace(3, 9, 1).toArray()).toEqual([3]);
    expect(linspace(3, 9, 0).toArray()).toEqual([]);
  });

  it('does not overflow between the largest numbers', () => {
    const { MAX_VALUE } = Number;
    expect(linspace(-MAX_VALUE, MAX_VALUE, 3, { dtype: 'float64' }).toArray()).toEqual([
      -MAX_VALUE,
      0,
      MAX_VALUE,
    ]);
  });
});

describe('eye', () => {
  it('has ones on the diagonal', () => {
    expect(eye(2, { columns: 3, dtype: 'bool' }).toArray()).toEqual([
      [true, false, false],
      [false, true, false],
    ]);
    expect(eye(0).shape).toEqual([0, 0]);
  });
});

describe('zerosLike and onesLike', () => {
  it('take over shape and dtype', () => {
    const x = tensor([[5, 6]], { dtype: 'int32' });
    expect(zerosLike(x)).toMatchObject({ dtype: 'int32', shape: [1, 2] });
    expect(onesLike(x).toArray()).toEqual([[1, 1]]);
  });
});

describe('a sequence that cannot be is refused:', () => {
  it.each<[string, () => unknown, string, string]>([
    ['a step of 0', () => arange(0, 1, { step: 0 }), 'DomainError', 'arange'],
    ['no end', () => arange(Infinity), 'DomainError', 'arange'],
    ['more than fits', () => arange(2 ** 40), 'ShapeError', 'arange'],
    ['a dtype that is none', () => arange(2, { dtype: 'int64' as never }), 'DTypeError', 'arange'],
    ['a bound that is NaN', () => linspace(NaN, 1, 2), 'DomainError', 'linspace'],
    ['half a number', () => linspace(0, 1, 0.5), 'ShapeError', 'linspace'],
    ['a negative side', () => eye(-1), 'ShapeError', 'eye'],
  ])('%s', (_, call, name, operation) => {
    expect(call).toThrow(expect.objectContaining({ name, operation }));
  });
});
