import { checkGradients, grad } from '@renyi/autodiff';
import { ConfigError, ShapeError, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { huberLoss, l1Loss, mseLoss, smoothL1Loss } from './regression.js';

const float64 = (values: number[]): Tensor => tensor(values, { dtype: 'float64' });
const x = float64([-3, -0.25, 0.5, 2]);
const zero = float64([0, 0, 0, 0]);
const each = { reduction: 'none' } as const;

describe('losses of a distance', () => {
  it('are its square, itself, and a parabola that goes over into a line', () => {
    expect(mseLoss(x, zero, each).toArray()).toEqual([9, 0.0625, 0.25, 4]);
    expect(l1Loss(x, zero, each).toArray()).toEqual([3, 0.25, 0.5, 2]);
    expect(smoothL1Loss(x, zero, each).toArray()).toEqual([2.5, 0.03125, 0.125, 1.5]);
    expect(smoothL1Loss(x, zero, { ...each, beta: 2 }).toArray()).toEqual([2, 0.015625, 0.0625, 1]);
    expect(huberLoss(x, zero, { ...each, delta: 2 }).toArray()).toEqual([4, 0.03125, 0.125, 2]);
  });

  it('are averaged or summed over all elements', () => {
    expect(l1Loss(x, zero).item()).toBe(5.75 / 4);
    expect(l1Loss(x, zero, { reduction: 'sum' }).item()).toBe(5.75);
  });

  it('Huber’s is beta times the smooth one, and that is the distance for beta = 0', () => {
    const smooth = smoothL1Loss(x, zero, { ...each, beta: 0.5 }).mul(0.5);
    expect(huberLoss(x, zero, { ...each, delta: 0.5 }).toArray()).toEqual(smooth.toArray());
    expect(smoothL1Loss(x, zero, { ...each, beta: 0 }).toArray()).toEqual(l1Loss(x, zero, each).toArray());
  });

  it('have derivatives that agree with differences on both sides of the joint', () => {
    const y = float64([0.5, 0.25, -0.1, 0.1]);
    for (const f of [mseLoss, l1Loss, smoothL1Loss, huberLoss])
      expect(checkGradients((a, b) => f(a, b, each), [x, y]).toString(), f.name).toMatch(/agree/);
  });

  it('have the gradient 0 where both are equal', () => {
    for (const f of [mseLoss, l1Loss, smoothL1Loss, huberLoss])
      expect(
        Math.abs(
          grad((a: Tensor) => f(a, x))(x)
            .abs()
            .sum()
            .item(),
        ),
        f.name,
      ).toBe(0);
  });

  it('want two tensors of one shape, and settings that make sense', () => {
    const column = tensor([[1], [2]]);
    for (const f of [mseLoss, l1Loss, smoothL1Loss, huberLoss]) {
      expect(() => f(column, tensor([1, 2]))).toThrow(ShapeError);
      expect(() => f(column, tensor([1, 2]))).toThrow(`${f.name}: expected two tensors of one shape`);
      expect(() => f(x, x, { reduction: 'average' as 'mean' })).toThrow(ConfigError);
    }
    for (const beta of [-1, NaN, Infinity]) expect(() => smoothL1Loss(x, x, { beta })).toThrow(ConfigError);
    for (const delta of [0, NaN, Infinity]) expect(() => huberLoss(x, x, { delta })).toThrow(ConfigError);
  });
});
