import { checkGradients } from '@renyi/autodiff';
import { crossEntropy, ShapeError, stack, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { binaryCrossEntropyWithLogits as loss } from './binary-cross-entropy.js';

const float64 = (values: number[]): Tensor => tensor(values, { dtype: 'float64' });
const each = { reduction: 'none' } as const;

describe('binaryCrossEntropyWithLogits', () => {
  const x = float64([-2, 0.5, 3]);
  const y = float64([0.25, 1, 0]);

  it('is the cross-entropy of two classes whose logits are x and 0', () => {
    const logits = stack([x, float64([0, 0, 0])], { axis: -1 });
    const targets = stack([y, y.neg().add(1)], { axis: -1 });
    const expected = crossEntropy(logits, targets, each).dataSync();
    // A few roundings of numbers no larger than 4.
    loss(x, y, each)
      .dataSync()
      .forEach((value, i) => {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThan(16 * 2 ** -52);
      });
  });

  it('has all its digits in both tails', () => {
    expect(loss(float64([40, -40]), float64([1, 0]), each).toArray()).toEqual([
      Math.log1p(Math.exp(-40)),
      Math.log1p(Math.exp(-40)),
    ]);
  });

  it('weighs elements, and the part of the ones', () => {
    const [plain, weighed] = [loss(x, y, each), loss(x, y, { ...each, weight: float64([2]) })];
    expect(weighed.toArray()).toEqual(plain.mul(2).toArray());
    const positive = loss(float64([1, 1]), float64([1, 0]), { ...each, positiveWeight: float64([3]) });
    expect(positive.toArray()).toEqual([3 * Math.log1p(Math.exp(-1)), 1 + Math.log1p(Math.exp(-1))]);
  });

  it('has derivatives that agree with differences', () => {
    const weight = float64([0.5, 1, 2]);
    const f = (a: Tensor, b: Tensor): Tensor => loss(a, b, { weight, positiveWeight: weight });
    expect(checkGradients(f, [x, y]).toString()).toMatch(/agree/);
  });

  it('does not broadcast', () => {
    expect(() => loss(tensor([[1]]), tensor([1]))).toThrow(ShapeError);
  });
});
