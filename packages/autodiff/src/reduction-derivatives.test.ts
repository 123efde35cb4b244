import {
  argmax,
  cumsum,
  logSumExp,
  maxWithIndices,
  min,
  minWithIndices,
  norm,
  prod,
  sort,
  std,
  sum,
  type Tensor,
  topK,
  variance,
  zeros,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './check-gradients.js';
import { grad } from './grad.js';
import { jvp } from './jvp.js';
import { awayFromZero, distinct, float64, normal } from './samples.testing.js';

/** The gradient of the sum of a function's elements, as nested arrays in which no zero has a sign. */
function slope(f: (x: Tensor) => Tensor, x: Tensor): unknown {
  return grad((y) => sum(f(y)))(x)
    .add(0)
    .toArray();
}

describe('in both modes and to order 2, derivatives agree with differences:', () => {
  // biome-ignore format: a table
  const functions: readonly (readonly [string, (x: Tensor) => Tensor, Tensor])[] = [
    ['min', (x) => min(x, { axis: 0 }), distinct([3, 2])],
    ['maxWithIndices', (x) => maxWithIndices(x).values, distinct([2, 3])],
    ['minWithIndices', (x) => minWithIndices(x, { axis: 0, keepDims: true }).values, distinct([2, 3])],
    ['variance', (x) => variance(x, { axis: [0, 2] }), normal([2, 3, 2])],
    ['variance without correction', (x) => variance(x, { correction: 0 }), normal([5])],
    ['std', (x) => std(x, { axis: 1 }), normal([2, 4])],
    ['prod', (x) => prod(x, { axis: [0, 2], keepDims: true }), awayFromZero([3, 2, 2])],
    ['prod of five', (x) => prod(x), normal([5])],
    ['logSumExp', (x) => logSumExp(x, { axis: [0, 2] }), normal([2, 3, 2])],
    ['norm', (x) => norm(x, { axis: 0 }), normal([3, 2])],
    ['norm beside an element of 0', (x) => norm(x), float64([0, 3, 4])],
    ['norm of order 1', (x) => norm(x, { p: 1 }), awayFromZero([3])],
    ['norm of order 3', (x) => norm(x, { p: 3 }), awayFromZero([3])],
    ['norm of order 1/2', (x) => norm(x, { p: 0.5 }), awayFromZero([2])],
    ['norm of order Infinity', (x) => norm(x, { p: Infinity }), float64([1, -3, 2])],
    ['cumsum', (x) => cumsum(x, { axis: 0, reverse: true }), normal([3, 2])],
    ['sort', (x) => sort(x, { axis: 0 }), distinct([4, 2])],
    ['topK', (x) => topK(x, 2).values, distinct([2, 4])],
  ];

  it.each(functions)('%s', (_, f, x) => {
    expect(checkGradients(f, [x]).toString()).toMatch(/agree/);
  });
});

describe('ties', () => {
  it('share the cotangent of min, and leave all of it to the first of minWithIndices and maxWithIndices', () => {
    const x = float64([2, 1, 1, 2]);
    expect(slope((y) => min(y), x)).toEqual([0, 1 / 2, 1 / 2, 0]);
    expect(slope((y) => minWithIndices(y).values, x)).toEqual([0, 1, 0, 0]);
    expect(slope((y) => maxWithIndices(y).values, x)).toEqual([1, 0, 0, 0]);
  });

  it('keep their places in sort', () => {
    const weights = float64([10, 20, 30]);
    expect(slope((y) => sort(y).mul(weights), float64([1, 0, 0]))).toEqual([30, 10, 20]);
  });

  it('have no say in argmax, which has no derivative', () => {
    expect(slope((y) => y.mul(argmax(y)), float64([1, 3]))).toEqual([1, 1]);
  });
});

describe('a product with zeros', () => {
  it('has the product of the others for its gradient', () => {
    expect(slope((x) => prod(x), float64([2, 0, 3, 5, 7]))).toEqual([0, 210, 0, 0, 0]);
    expect(slope((x) => prod(x), float64([0, 0, 3]))).toEqual([0, 0, 0]);
  });

  it('has mixed second derivatives, which are all that is left of two zeros', () => {
    const second = grad((x) => sum(grad((y: Tensor) => prod(y))(x).mul(float64([1, 0, 0]))));
    expect(second(float64([0, 0, 3])).toArray()).toEqual([0, 3, 0]);
  });
});

describe('where elements are equal or 0', () => {
  it('std, norm and their derivatives are 0, to order 2', () => {
    for (const f of [std, norm, (x: Tensor) => norm(x, { p: 3 }), (x: Tensor) => norm(x, { p: 1.5 })] as ((
      x: Tensor,
    ) => Tensor)[]) {
      const x = float64([0, 0, 0]);
      expect(slope(f, x)).toEqual([0, 0, 0]);
      const second = grad((y) => sum(grad((z: Tensor) => f(z))(y)));
      expect(second(x).toArray()).toEqual([0, 0, 0]);
      expect(jvp(f, [x], [float64([1, 2, 3])]).tangent.item()).toBe(0);
    }
    const rows = float64([
      [2, 2],
      [1, 9],
    ]);
    expect(slope((x) => std(x, { axis: 1, correction: 0 }), rows)).toEqual([
      [0, 0],
      [-1 / 2, 1 / 2],
    ]);
  });

  it('the gradient of the norm is x / norm where it is not, without overflow', () => {
    for (const size of [1, 1e200, 1e-300]) {
      const [first, second] = grad((x: Tensor) => norm(x))(float64([3 * size, -4 * size])).dataSync();
      expect(first).toBeCloseTo(3 / 5, 14);
      expect(second).toBeCloseTo(-4 / 5, 14);
    }
  });
});

describe('the gradient of logSumExp', () => {
  const gradient = (row: number[]): unknown => slope((x) => logSumExp(x), float64(row));

  it('is a probability vector, at ±1000 too', () => {
    expect(gradient([1000, 1000, -1000])).toEqual([1 / 2, 1 / 2, 0]);
    expect(gradient([-1000, -1000])).toEqual([1 / 2, 1 / 2]);
    expect(gradient([-Infinity, 5])).toEqual([0, 1]);
  });

  it('is shared by infinities, 0 for a row of -Infinity, and NaN where an element is', () => {
    expect(gradient([Infinity, 1, Infinity])).toEqual([1 / 2, 0, 1 / 2]);
    expect(gradient([-Infinity, -Infinity])).toEqual([0, 0]);
    expect(gradient([NaN, 1])).toEqual([NaN, NaN]);
    const rows = float64([
      [Infinity, 1, Infinity],
      [2, Infinity, 3],
    ]);
    expect(grad((x: Tensor) => sum(logSumExp(x, { axis: 1 })))(rows).toArray()).toEqual([
      [1 / 2, 0, 1 / 2],
      [0, 1, 0],
    ]);
    const { tangent } = jvp((x) => logSumExp(x), [float64([-Infinity, -Infinity])], [float64([1, 1])]);
    expect(tangent.item()).toBe(0);
  });

  it('of no elements is empty', () => {
    for (const shape of [[0], [2, 0], [0, 2]]) {
      expect(grad((x: Tensor) => sum(logSumExp(x, { axis: -1 })))(zeros(shape)).shape).toEqual(shape);
    }
  });
});
