import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { DomainError, ShapeError } from '../errors.js';
import { argmax } from './extremes.js';
import { argsort, sort, topK } from './sort.js';

describe('argsort', () => {
  it('leaves equals in their order, either way', () => {
    const x = tensor([2, 1, 2, 1, -0, 0]);
    expect(argsort(x).toArray()).toEqual([4, 5, 1, 3, 0, 2]);
    expect(argsort(x, { descending: true }).toArray()).toEqual([0, 2, 1, 3, 4, 5]);
  });

  it('takes NaN for larger than every number', () => {
    const x = tensor([NaN, Infinity, -Infinity, NaN, 0]);
    expect(argsort(x).toArray()).toEqual([2, 4, 1, 0, 3]);
    expect(argsort(x, { descending: true }).toArray()).toEqual([0, 3, 1, 4, 2]);
    expect(argsort(x, { descending: true }).dataSync()[0]).toBe(argmax(x).item());
  });

  it('sorts along any axis', () => {
    const x = tensor([
      [3, 1],
      [2, 4],
    ]);
    expect(argsort(x)).toMatchObject({ dtype: 'int32', shape: [2, 2] });
    expect(argsort(x, { axis: 0 }).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(argsort(zeros([2, 0])).shape).toEqual([2, 0]);
  });
});

describe('sort', () => {
  it('is what JavaScript makes of the elements', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 40 }), (values) => {
        const x = tensor(Float64Array.from(values));
        const rising = Float64Array.from(values).sort();
        // JavaScript puts -0 before 0, which are equal here and stay as they were.
        const withoutSign = (y: Iterable<number>): number[] => Array.from(y, (value) => value + 0);
        expect(withoutSign(sort(x).dataSync())).toEqual(withoutSign(rising));
        expect(withoutSign(sort(x, { descending: true }).dataSync())).toEqual(
          withoutSign(rising.toReversed()),
        );
      }),
    );
  });

  it('keeps dtype and shape, and moves lines along the axis alone', () => {
    const x = tensor(
      [
        [3, 1],
        [2, 4],
      ],
      { dtype: 'int32' },
    );
    expect(sort(x, { axis: 0 })).toMatchObject({ dtype: 'int32' });
    expect(sort(x, { axis: 0 }).toArray()).toEqual([
      [2, 1],
      [3, 4],
    ]);
    expect(sort(tensor([true, false])).toArray()).toEqual([false, true]);
  });
});

describe('topK', () => {
  const x = tensor([
    [3, 1, 4, 4],
    [0, -1, -2, -3],
  ]);

  it('finds the largest or the smallest along an axis', () => {
    const { values, indices } = topK(x, 2);
    expect(values.toArray()).toEqual([
      [4, 4],
      [0, -1],
    ]);
    expect(indices.toArray()).toEqual([
      [2, 3],
      [0, 1],
    ]);
    expect(topK(x, 1, { axis: 0, largest: false }).values.toArray()).toEqual([[0, -1, -2, -3]]);
    expect(topK(tensor([1, NaN, 3]), 2).values.toArray()).toEqual([NaN, 3]);
  });

  it('finds none or all of them', () => {
    expect(topK(x, 0).values.shape).toEqual([2, 0]);
    expect(topK(x, 4).values.toArray()).toEqual(sort(x, { descending: true }).toArray());
  });

  it.each([-1, 5, 1.5, NaN])('refuses k = %d', (k) => {
    expect(() => topK(x, k)).toThrow(
      new DomainError('topK', { expected: 'a whole k from 0 to 4, the extent of axis 1', got: String(k) }),
    );
  });
});

describe.each([
  ['argsort', argsort],
  ['sort', sort],
  ['topK', (x: never, options: never) => topK(x, 1, options)],
] as const)('%s', (name, f) => {
  it('names itself', () => {
    const details = { expected: 'an axis from -1 to 0', got: '1' };
    expect(() => f(zeros([2]) as never, { axis: 1 } as never)).toThrow(new ShapeError(name, details));
    expect(() => f(zeros([]) as never, {} as never)).toThrow(ShapeError);
    expect(() => f([1] as never, {} as never)).toThrow(`${name}: expected a tensor`);
  });
});
