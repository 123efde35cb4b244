import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { DomainError, ShapeError } from '../errors.js';
import { std, variance } from './moments.js';

describe('variance and std', () => {
  const x = tensor([
    [1, 2, 3, 4],
    [2, 2, 2, 2],
  ]);

  it('divide by n - 1, or by n less the given correction', () => {
    expect(variance(x, { axis: 1 }).dataSync()).toEqual(Float32Array.of(5 / 3, 0));
    expect(variance(x, { axis: 1, correction: 0 }).toArray()).toEqual([1.25, 0]);
    expect(std(x, { axis: 1, correction: 0 }).dataSync()).toEqual(Float32Array.of(Math.sqrt(1.25), 0));
    expect(std(x, { axis: -1, keepDims: true }).shape).toEqual([2, 1]);
    expect(variance(x, { axis: [0, 1], correction: 0 }).item()).toBe(0.6875);
  });

  it('are those of integers, rounded once', () => {
    const integers = tensor([2 ** 30, 2 ** 30 + 2], { dtype: 'int32' });
    expect(variance(integers)).toMatchObject({ dtype: 'float32' });
    expect(variance(integers).item()).toBe(2);
    expect(std(tensor([true, false]), { correction: 0 }).item()).toBe(0.5);
  });

  it('lose no digits to a large mean', () => {
    const shifted = tensor([1e8, 1e8 + 1, 1e8 + 2, 1e8 + 3], { dtype: 'float64' });
    expect(variance(shifted, { correction: 0 }).item()).toBe(1.25);
  });

  it('are NaN where the count leaves nothing to divide by and there is no deviation', () => {
    expect(variance(tensor([3])).item()).toBeNaN();
    expect(std(tensor(3)).item()).toBeNaN();
    expect(variance(zeros([0])).item()).toBeNaN();
    expect(variance(tensor([1, 3]), { correction: 5 }).item()).toBe(Infinity);
    expect(variance(tensor([Infinity, 1])).item()).toBeNaN();
  });

  it.each([
    ['variance', variance],
    ['std', std],
  ] as const)('%s names itself', (name, f) => {
    expect(() => f(x, { axis: 2 })).toThrow(
      new ShapeError(name, { expected: 'an axis from -2 to 1', got: '2' }),
    );
    expect(() => f(x, { correction: NaN })).toThrow(
      new DomainError(name, { expected: 'a finite correction', got: 'NaN' }),
    );
    expect(() => f(3 as never)).toThrow(`${name}: expected a tensor`);
  });
});
