import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import type { DType } from '../dtype.js';
import { DomainError, DTypeError, ShapeError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import { gather, oneHot, scatterAdd } from './indexing.js';
import { sum } from './reduce.js';

const int = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });
const inner = (a: Tensor, b: Tensor): number => sum(mul(a, b)).item();

describe('gather and scatterAdd', () => {
  it('are adjoint: <gather(x), u> = <x, scatterAdd(0, u)>', () => {
    // Whole numbers below 2^10: all products and sums are exact.
    const whole = fc.integer({ min: -1000, max: 1000 });
    const numbers = (length: number) => fc.array(whole, { minLength: length, maxLength: length });
    const problems = fc
      .record({
        rows: fc.integer({ min: 1, max: 5 }),
        columns: fc.integer({ min: 1, max: 5 }),
        count: fc.nat(6),
        axis: fc.nat(1),
      })
      .chain(({ rows, columns, count, axis }) => {
        const shape = axis === 0 ? [count, columns] : [rows, count];
        const size = (shape[0] as number) * (shape[1] as number);
        return fc.record({
          x: numbers(rows * columns).map((values) =>
            tensor(values, { dtype: 'float64', shape: [rows, columns] }),
          ),
          u: numbers(size).map((values) => tensor(values, { dtype: 'float64', shape })),
          indices: fc
            .array(fc.nat((axis === 0 ? rows : columns) - 1), { minLength: size, maxLength: size })
            .map((values) => tensor(values, { dtype: 'int32', shape })),
          axis: fc.constantFrom(axis, axis - 2),
        });
      });
    fc.assert(
      fc.property(problems, ({ x, u, indices, axis }) => {
        const zero = zeros(x.shape, { dtype: 'float64' });
        expect(inner(gather(x, indices, axis), u)).toBe(inner(x, scatterAdd(zero, indices, u, axis)));
      }),
    );
  });

  it('pick and put along one axis', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(gather(x, int([[2], [0]]), 1).toArray()).toEqual([[3], [4]]);
    expect(gather(x, int([[1, 0, 1]]), 0).toArray()).toEqual([[4, 2, 6]]);
    expect(scatterAdd(x, int([[2], [2]]), tensor([[10], [20]]), -1).toArray()).toEqual([
      [1, 2, 13],
      [4, 5, 26],
    ]);
  });

  it('add what meets in one place in float64: 2^24 + 1 + 1 rounds once', () => {
    const total = scatterAdd(tensor([2 ** 24]), int([0, 0]), tensor([1, 1]), 0);
    expect(total.toArray()).toEqual([2 ** 24 + 2]);
  });

  it('leave their arguments as they were', () => {
    const x = tensor([1, 2]);
    scatterAdd(x, int([0]), tensor([5]), 0);
    expect(x.toArray()).toEqual([1, 2]);
  });

  it.each([-1, 3])('refuse the index %d into 3 elements', (index) => {
    const details = { expected: 'each index along axis 0 from 0 to 2', got: String(index) };
    expect(() => gather(tensor([1, 2, 3]), int([0, index]), 0)).toThrow(new DomainError('gather', details));
    expect(() => scatterAdd(tensor([1, 2, 3]), int([0, index]), tensor([1, 1]), 0)).toThrow(
      new DomainError('scatterAdd', details),
    );
  });

  it('refuse any index into nothing', () => {
    expect(() => gather(zeros([0]), int([0]), 0)).toThrow(
      'gather: expected no index along axis 0, since there is nothing to point to; got 0',
    );
    expect(gather(zeros([0]), int([]), 0).shape).toEqual([0]);
  });

  it.each(['float32', 'float64', 'bool'] as DType[])('refuse indices of dtype %s', (dtype) => {
    const indices = tensor([0], { dtype });
    expect(() => gather(tensor([1]), indices, 0)).toThrow(DTypeError);
    expect(() => scatterAdd(tensor([1]), indices, tensor([1]), 0)).toThrow(DTypeError);
  });

  it('refuse shapes and axes that do not fit', () => {
    expect(() => gather(zeros([2, 3]), int([0]), 0)).toThrow(ShapeError);
    expect(() => gather(zeros([2, 3]), tensor([0, 0, 0], { dtype: 'int32', shape: [3, 1] }), 1)).toThrow(
      'gather: expected indices of rank 2, within [2, 3] except along axis 1; got [3, 1]',
    );
    expect(() => gather(zeros([2]), int([0]), 1)).toThrow(ShapeError);
    expect(() => gather(tensor(1), int(0), 0)).toThrow(
      'gather: expected no axis, since a scalar has none; got 0',
    );
    expect(() => scatterAdd(zeros([2]), int([0, 1]), zeros([1]), 0)).toThrow(
      "scatterAdd: expected updates of the indices' shape [2]; got [1]",
    );
  });

  it('refuse updates of another dtype, and to count in booleans', () => {
    expect(() => scatterAdd(tensor([1]), int([0]), int([1]), 0)).toThrow(
      'scatterAdd: expected updates of dtype float32; got int32',
    );
    expect(() => scatterAdd(tensor([true]), int([0]), tensor([true]), 0)).toThrow(DTypeError);
    expect(gather(tensor([true, false]), int([1, 0]), 0).toArray()).toEqual([false, true]);
  });
});

describe('oneHot', () => {
  it('puts a 1 at each label', () => {
    expect(oneHot(int([2, 0]), 3).toArray()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(oneHot(int(1), 2, { dtype: 'bool' }).toArray()).toEqual([false, true]);
    expect(oneHot(int([]), 2).shape).toEqual([0, 2]);
  });

  it('refuses labels out of range, float labels, no classes, and unknown dtypes', () => {
    expect(() => oneHot(int([3]), 3)).toThrow(
      new DomainError('oneHot', { expected: 'each label from 0 to 2', got: '3' }),
    );
    expect(() => oneHot(int([-1]), 3)).toThrow(DomainError);
    expect(() => oneHot(tensor([1]), 3)).toThrow(
      "oneHot: expected labels of dtype int32; got float32. Make them with tensor(values, { dtype: 'int32' }) or cast them",
    );
    for (const classes of [0, -1, 1.5, NaN]) expect(() => oneHot(int([0]), classes)).toThrow(ShapeError);
    expect(() => oneHot(int([0]), 3, { dtype: 'half' as DType })).toThrow(DTypeError);
  });
});
