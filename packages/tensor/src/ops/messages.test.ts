import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../create.js';
import { DomainError, DTypeError, ShapeError, TensorError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import * as arithmetic from './arithmetic.js';
import * as compare from './compare.js';
import { expand, reshape, transpose } from './rearrange.js';
import { renyiDivergence, renyiGradientAlpha, renyiGradientP, renyiGradientQ } from './renyi.js';

const { neg: _, ...binary } = { ...arithmetic, ...compare };
const { where, ...pairs } = binary;

/** The error that `f` throws. */
function errorOf(f: () => unknown): TensorError {
  try {
    f();
  } catch (error) {
    if (error instanceof TensorError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('an elementwise operation that is given what it cannot take', () => {
  it.each(Object.entries(pairs))('%s names itself and its operands in their order', (name, f) => {
    expect(errorOf(() => f(zeros([2, 3]), zeros([4, 2])))).toMatchObject({
      name: 'ShapeError',
      operation: name,
      got: '[2, 3] and [4, 2]',
      difference: 'axis -1 has 3 and 2',
    });
    expect(errorOf(() => f(1, 2))).toMatchObject({ name: 'DTypeError', operation: name, got: 'two numbers' });
  });

  it('where names itself', () => {
    expect(errorOf(() => where(tensor([true, false]), zeros([3]), 0))).toMatchObject({ operation: 'where' });
    expect(errorOf(() => where(tensor([true]), 1, 0))).toMatchObject({
      operation: 'where',
      got: 'two numbers',
    });
    expect(() => where(tensor([1, 0]), zeros([2]), 0)).toThrow(
      'where: expected a condition of dtype bool; got float32. Make one with equal or less, or cast it',
    );
  });
});

describe('a Rényi function that is given what it cannot take', () => {
  const functions = { renyiDivergence, renyiGradientP, renyiGradientQ, renyiGradientAlpha };
  const logits = zeros([2, 3]);

  it.each(Object.entries(functions))('%s names itself', (name, f) => {
    const error = (p: Tensor, q: Tensor, alpha: number | Tensor): TensorError =>
      errorOf(() => f(p, q, alpha));
    expect(error(logits, zeros([3]), 2)).toBeInstanceOf(ShapeError);
    expect(error(zeros([]), zeros([]), 2)).toBeInstanceOf(ShapeError);
    expect(error(zeros([2, 0]), zeros([2, 0]), 2)).toBeInstanceOf(DomainError);
    expect(error(logits, logits, ones([1]))).toBeInstanceOf(ShapeError);
    expect(error(logits, zeros([2, 3], { dtype: 'int32' }), 2)).toBeInstanceOf(DTypeError);
    for (const alpha of [-1, NaN, tensor(-1), tensor(NaN)]) {
      expect(error(logits, logits, alpha)).toBeInstanceOf(DomainError);
      expect(error(logits, logits, alpha).operation).toBe(name);
    }
    for (const [p, q] of [
      [logits, zeros([3])],
      [zeros([]), zeros([])],
      [zeros([2, 0]), zeros([2, 0])],
    ] as const) {
      expect(error(p, q, 2).operation).toBe(name);
    }
    expect(error(logits, logits, ones([1])).operation).toBe(name);
    expect(error(logits, zeros([2, 3], { dtype: 'int32' }), 2).operation).toBe(name);
  });
});

describe('a rearrangement that cannot be', () => {
  it.each([
    [
      () => reshape(zeros([2, 3]), [4]),
      'reshape: expected a shape of 6 elements, as [2, 3] has; got [4]: that is 4 elements',
    ],
    [
      () => reshape(zeros([2, 3]), [-1, 4]),
      'reshape: expected at most one extent of -1, and whole numbers whose product divides the 6 elements of [2, 3]; got [-1, 4]',
    ],
    [() => transpose(zeros([2, 3]), [0, 0]), 'transpose: expected each axis of [2, 3] once; got axes [0, 0]'],
    [() => transpose(zeros([2, 3]), [0]), 'transpose: expected each axis of [2, 3] once; got axes [0]'],
    [() => transpose(zeros([2, 3]), [0, 2]), 'transpose: expected an axis from -2 to 1; got 2'],
    [() => expand(zeros([2, 3]), [2, 4]), 'expand: expected a shape that [2, 3] broadcasts to; got [2, 4]'],
    [() => expand(zeros([2, 3]), [3]), 'expand: expected a shape that [2, 3] broadcasts to; got [3]'],
  ])('%s', (f, message) => {
    expect(errorOf(f)).toBeInstanceOf(ShapeError);
    expect(errorOf(f).message).toBe(message);
  });

  it.each([[[-1, -1]], [[-2, -1]], [[-1, 0.5]], [[-1, 0]], [[6, -2]], [[2.5, 2.4]]])(
    'as a reshape of 6 elements to %j',
    (shape) => {
      expect(errorOf(() => reshape(zeros([6]), shape))).toBeInstanceOf(ShapeError);
    },
  );
});
