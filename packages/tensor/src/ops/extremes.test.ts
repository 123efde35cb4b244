import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { DomainError, ShapeError } from '../errors.js';
import { argmax, argmin, max, maxWithIndices, min, minWithIndices } from './extremes.js';

const x = tensor([
  [1, 5, 5],
  [-7, 2, -7],
]);

describe('min', () => {
  it('is the smallest element over all axes, over one, or over some', () => {
    expect(min(x).item()).toBe(-7);
    expect(min(x, { axis: 0 }).toArray()).toEqual([-7, 2, -7]);
    expect(min(x, { axis: 1, keepDims: true }).toArray()).toEqual([[1], [-7]]);
  });

  it('is right for integers and booleans, at the ends of int32 too', () => {
    const ends = tensor([2 ** 31 - 1, -(2 ** 31), 0], { dtype: 'int32' });
    expect(min(ends)).toMatchObject({ dtype: 'int32' });
    expect([min(ends).item(), max(ends).item()]).toEqual([-(2 ** 31), 2 ** 31 - 1]);
    expect(min(tensor([true, false])).toArray()).toBe(false);
    expect(min(tensor([true, true])).toArray()).toBe(true);
  });

  it('is NaN where an element is, and -0 below 0', () => {
    expect(min(tensor([1, NaN, -Infinity])).item()).toBeNaN();
    expect(min(tensor([0, -0])).item()).toBe(-0);
    expect(min(tensor([-0, 0])).item()).toBe(-0);
    expect(max(tensor([-0, 0])).item()).toBe(0);
    expect(max(tensor([0, -0])).item()).toBe(0);
  });
});

describe('argmax and argmin', () => {
  it('look along an axis, or at all elements in row-major order', () => {
    expect(argmax(x)).toMatchObject({ dtype: 'int32', shape: [] });
    expect(argmax(x).item()).toBe(1);
    expect(argmin(x).item()).toBe(3);
    expect(argmax(x, { axis: 0 }).toArray()).toEqual([0, 0, 0]);
    expect(argmin(x, { axis: -1 }).toArray()).toEqual([0, 0]);
    expect(argmax(x, { axis: 1, keepDims: true }).toArray()).toEqual([[1], [1]]);
    expect(argmin(x, { keepDims: true }).toArray()).toEqual([[3]]);
  });

  it('find the first of several, and the first NaN', () => {
    expect(argmax(tensor([0, 3, 3])).item()).toBe(1);
    expect(argmax(tensor([-0, 0])).item()).toBe(0);
    expect(argmin(tensor([0, -0])).item()).toBe(0);
    for (const find of [argmax, argmin]) {
      expect(find(tensor([Infinity, NaN, -Infinity, NaN])).item()).toBe(1);
      expect(find(tensor([-Infinity, -Infinity])).item()).toBe(0);
    }
  });

  it('take every dtype', () => {
    expect(argmin(tensor([3, -(2 ** 31), 2 ** 31 - 1], { dtype: 'int32' })).item()).toBe(1);
    expect(argmin(tensor([true, false, false])).item()).toBe(1);
    expect(argmax(tensor([false, true, true])).item()).toBe(1);
    expect(argmax(tensor(7)).item()).toBe(0);
  });

  it('point to what max and min find, whatever the axis', () => {
    const lists = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(lists, fc.constantFrom(0, 1, 2), (values, axis) => {
        const box = tensor(values, { shape: [1, 2, 3] });
        expect(maxWithIndices(box, { axis }).values.toArray()).toEqual(max(box, { axis }).toArray());
        expect(minWithIndices(box, { axis }).values.toArray()).toEqual(min(box, { axis }).toArray());
      }),
    );
  });
});

describe('maxWithIndices and minWithIndices', () => {
  it('look along the last axis by default', () => {
    const { values, indices } = maxWithIndices(x);
    expect([values.toArray(), indices.toArray()]).toEqual([
      [5, 2],
      [1, 1],
    ]);
    expect(minWithIndices(x, { axis: 0, keepDims: true }).indices.toArray()).toEqual([[1, 1, 1]]);
  });

  it('find NaN', () => {
    const { values, indices } = minWithIndices(tensor([1, NaN, 0]));
    expect([values.item(), indices.item()]).toEqual([NaN, 1]);
  });
});

describe('of nothing', () => {
  const functions = { max, min, argmax, argmin, maxWithIndices, minWithIndices };

  it.each(Object.entries(functions))('%s refuses to tell, in its own name', (name, f) => {
    const extremum = name.includes('max') ? 'maximum' : 'minimum';
    const details = {
      expected: 'at least one element along every reduced axis',
      got: 'shape [2, 0]',
      remedy: `The ${extremum} of nothing is not defined`,
    };
    expect(() => f(zeros([2, 0]), { axis: 1 })).toThrow(new DomainError(name, details));
    expect(() => f(zeros([0]))).toThrow(DomainError);
    f(zeros([2, 0]), { axis: 0 });
  });

  it.each(Object.entries(functions))('%s names itself when the axis is wrong', (name, f) => {
    const details = { expected: 'an axis from -2 to 1', got: '2' };
    expect(() => f(x, { axis: 2 })).toThrow(new ShapeError(name, details));
    expect(() => f([1] as never)).toThrow(`${name}: expected a tensor`);
  });
});
