import { checkGradients } from '@renyi/autodiff';
import {
  ConfigError,
  Generator,
  logSoftmax,
  renyiDivergence,
  ShapeError,
  softmax,
  type Tensor,
  tensor,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { jensenShannon, klDivLoss } from './divergences.js';

const float64 = { dtype: 'float64' } as const;
const generator = new Generator(5);
const normal = (shape: number[]): Tensor => generator.normal(shape, float64);

describe('klDivLoss', () => {
  const [p, q] = [normal([3, 4]), normal([3, 4])];

  it('is the Rényi divergence of order 1 of the targets from the rows, averaged over these', () => {
    const expected = renyiDivergence(p, q, 1).mean().item();
    const of = klDivLoss(logSoftmax(q), softmax(p)).item();
    // 12 terms of a product no larger than 8, each rounded three times.
    expect(Math.abs(of - expected)).toBeLessThan(12 * 8 * 3 * 2 ** -52);
    const ofLogs = klDivLoss(logSoftmax(q), logSoftmax(p), { logTarget: true }).item();
    expect(Math.abs(ofLogs - expected)).toBeLessThan(12 * 8 * 3 * 2 ** -52);
  });

  it('does not mind targets of 0', () => {
    expect(klDivLoss(tensor([[-1, -2]]), tensor([[0, 1]]), { reduction: 'none' }).toArray()).toEqual([
      [0, 2],
    ]);
  });

  it('has derivatives that agree with differences', () => {
    expect(checkGradients((x, y) => klDivLoss(x, y), [logSoftmax(q), softmax(p)]).toString()).toMatch(
      /agree/,
    );
    const ofLogs = (x: Tensor, y: Tensor): Tensor => klDivLoss(x, y, { logTarget: true, reduction: 'mean' });
    expect(checkGradients(ofLogs, [logSoftmax(q), logSoftmax(p)]).toString()).toMatch(/agree/);
  });

  it('wants one shape, and a batch for a mean over it', () => {
    expect(() => klDivLoss(p, normal([4]))).toThrow(ShapeError);
    expect(() => klDivLoss(tensor(-1), tensor(1))).toThrow(ConfigError);
  });
});

describe('jensenShannon', () => {
  const [p, q] = [normal([5, 3]), normal([5, 3])];

  it('is symmetric, 0 for equal rows, positive otherwise, and log 2 at most', () => {
    expect(jensenShannon(p, q).item()).toBe(jensenShannon(q, p).item());
    // log p - log((p + p) / 2) is a rounding or two of numbers of at most 8.
    expect(Math.abs(jensenShannon(p, p).item())).toBeLessThan(8 * 2 ** -52);
    for (const value of jensenShannon(p, q, { reduction: 'none' }).dataSync()) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(Math.LN2);
    }
    const apart = jensenShannon(tensor([0, -Infinity], float64), tensor([-Infinity, 0], float64));
    expect(apart.item()).toBe(Math.LN2);
  });

  it('has derivatives that agree with differences', () => {
    expect(checkGradients((x, y) => jensenShannon(x, y), [p, q]).toString()).toMatch(/agree/);
  });
});
