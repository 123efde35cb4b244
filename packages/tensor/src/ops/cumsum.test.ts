import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { ShapeError } from '../errors.js';
import { cumsum } from './cumsum.js';
import { sum } from './reduce.js';

describe('cumsum', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it('runs along the last axis or any other, from either end', () => {
    expect(cumsum(x).toArray()).toEqual([
      [1, 3, 6],
      [4, 9, 15],
    ]);
    expect(cumsum(x, { axis: 0 }).toArray()).toEqual([
      [1, 2, 3],
      [5, 7, 9],
    ]);
    expect(cumsum(x, { reverse: true }).toArray()).toEqual([
      [6, 5, 3],
      [15, 11, 6],
    ]);
    expect(cumsum(zeros([0, 2]), { axis: 0 }).shape).toEqual([0, 2]);
  });

  it('counts booleans, and wraps as int32 sums do', () => {
    expect(cumsum(tensor([true, false, true]))).toMatchObject({ dtype: 'int32' });
    expect(cumsum(tensor([true, false, true])).toArray()).toEqual([1, 1, 2]);
    expect(cumsum(tensor([2 ** 31 - 1, 1], { dtype: 'int32' })).toArray()).toEqual([2 ** 31 - 1, -(2 ** 31)]);
  });

  it('ends in the sum, to the last bit', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10 ** (i % 17));
    const sums = cumsum(tensor(values)).dataSync();
    expect(sums.at(-1)).toBe(sum(tensor(values)).item());
  });

  it('is infinite from an infinity on, and NaN from a second of the other sign on', () => {
    expect(cumsum(tensor([1, Infinity, 1, -Infinity, 1])).toArray()).toEqual([
      1,
      Infinity,
      Infinity,
      NaN,
      NaN,
    ]);
  });

  it('names itself', () => {
    const details = { expected: 'an axis from -2 to 1', got: '2' };
    expect(() => cumsum(x, { axis: 2 })).toThrow(new ShapeError('cumsum', details));
    expect(() => cumsum(zeros([]))).toThrow(ShapeError);
  });
});
