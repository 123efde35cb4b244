import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { ConfigError, DomainError, ShapeError } from '../errors.js';
import { Generator } from '../generator.js';
import type { Tensor } from '../tensor.js';
import { batchNorm, groupNorm, layerNorm } from './normalization.js';
import { transpose } from './rearrange.js';
import { mean } from './reduce.js';

const float64 = { dtype: 'float64' } as const;
const normal = (shape: number[], seed = 1): Tensor => new Generator(seed).normal(shape, float64);
const largest = (x: Tensor): number => Math.max(...x.abs().dataSync());

describe('normalization', () => {
  it('leaves the mean 0 and the variance v / (v + epsilon)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.nat(),
        fc.constantFrom(0, 1e-5, 1),
        (n, seed, epsilon) => {
          const x = normal([3, n], seed);
          const y = layerNorm(x, [n], { epsilon });
          const squares = mean(y.mul(y), { axis: 1 }).dataSync();
          const spread = x.sub(mean(x, { axis: 1, keepDims: true }));
          const variances = mean(spread.mul(spread), { axis: 1 }).dataSync();
          // Each y is at most sqrt(n), and as far off as the mean of x is in terms of its deviation.
          const deviation = Math.sqrt(Math.min(...variances) + epsilon);
          const bound = 8 * n * n * (1 + largest(x) / deviation) * Number.EPSILON;
          expect(largest(mean(y, { axis: 1 }))).toBeLessThan(bound);
          squares.forEach((square, row) => {
            const v = variances[row] as number;
            expect(Math.abs(square - v / (v + epsilon))).toBeLessThan(bound);
          });
        },
      ),
    );
  });

  it('does not notice a shift, though in float32 little is left of x beside it', () => {
    const x = tensor([[0, 1, 2, 3, 4, 5, 6, 7]]);
    expect(layerNorm(x.add(2 ** 20), [8]).toArray()).toEqual(layerNorm(x, [8]).toArray());
  });

  it('makes 0 of equals, and NaN of a group with a NaN or an infinity alone', () => {
    const x = tensor([
      [7, 7, 7],
      [NaN, 1, 2],
      [Infinity, 1, 2],
      [-1, 0, 1],
    ]);
    const y = layerNorm(x, [3], { epsilon: 0.25 }).toArray() as number[][];
    expect(y[0]).toEqual([0, 0, 0]);
    expect(y[1]).toEqual([NaN, NaN, NaN]);
    expect(y[2]).toEqual([NaN, NaN, NaN]);
    expect(y[3]?.every(Number.isFinite)).toBe(true);
  });

  it('of a batch is that of the rows of its transpose', () => {
    const x = normal([5, 3]);
    expect(batchNorm(x).toArray()).toEqual(transpose(layerNorm(transpose(x), [5])).toArray());
  });

  it('in one group is that of whole samples, and of its own statistics is that of the batch', () => {
    const x = normal([2, 4, 3, 3]);
    expect(groupNorm(x, 1).toArray()).toEqual(layerNorm(x, [4, 3, 3]).toArray());
    const channels = groupNorm(x, 4).reshape([8, 9]);
    expect(channels.toArray()).toEqual(layerNorm(x.reshape([8, 9]), [9]).toArray());
    const average = mean(x, { axis: [0, 2, 3] });
    const spread = x.sub(average.reshape([4, 1, 1]));
    const variance = mean(spread.mul(spread), { axis: [0, 2, 3] });
    // Of size 4, after a dozen roundings.
    expect(largest(batchNorm(x, { mean: average, variance }).sub(batchNorm(x)))).toBeLessThan(
      48 * Number.EPSILON,
    );
  });

  it('multiplies by the weight and adds the bias, channel by channel or element by element', () => {
    const x = normal([2, 3, 4]);
    const [weight, bias] = [tensor([1, 2, 3], float64), tensor([4, 5, 6], float64)];
    for (const f of [
      (options: object) => batchNorm(x, options),
      (options: object) => groupNorm(x, 3, options),
    ]) {
      const expected = f({})
        .mul(weight.reshape([3, 1]))
        .add(bias.reshape([3, 1]));
      expect(f({ weight, bias }).toArray()).toEqual(expected.toArray());
    }
    const [w, b] = [normal([3, 4], 2), normal([3, 4], 3)];
    const expected = layerNorm(x, [3, 4]).mul(w).add(b);
    expect(layerNorm(x, [3, 4], { weight: w, bias: b }).toArray()).toEqual(expected.toArray());
  });

  it('takes empty batches', () => {
    expect(layerNorm(zeros([0, 3]), [3]).shape).toEqual([0, 3]);
    expect(groupNorm(zeros([0, 4, 2]), 2).shape).toEqual([0, 4, 2]);
    expect(batchNorm(zeros([0, 3]), { mean: zeros([3]), variance: zeros([3]) }).shape).toEqual([0, 3]);
  });
});

describe('normalization refuses', () => {
  const x = zeros([2, 4, 3]);

  it('shapes that do not belong to x', () => {
    expect(() => layerNorm(x, [])).toThrow(ShapeError);
    expect(() => layerNorm(x, [4])).toThrow('layerNorm: expected x [..., 4]; got [2, 4, 3] and shape [4]');
    expect(() => layerNorm(zeros([3]), [2, 3])).toThrow(ShapeError);
    for (const groups of [0, 3, 1.5]) expect(() => groupNorm(x, groups)).toThrow(ShapeError);
    for (const f of [batchNorm, (y: Tensor) => groupNorm(y, 1)])
      expect(() => f(zeros([3]))).toThrow(ShapeError);
  });

  it('parameters of another shape', () => {
    const wrong = zeros([3]);
    expect(() => batchNorm(x, { weight: wrong })).toThrow(
      'batchNorm: expected a weight of shape [4]; got [3]',
    );
    expect(() => groupNorm(x, 2, { bias: wrong })).toThrow(ShapeError);
    expect(() => layerNorm(x, [4, 3], { weight: wrong })).toThrow(ShapeError);
    expect(() => batchNorm(x, { mean: wrong, variance: wrong })).toThrow(ShapeError);
    expect(() => batchNorm(x, { mean: zeros([4]) })).toThrow(ConfigError);
  });

  it('a batch of one number a channel, and an epsilon that is none', () => {
    expect(() => batchNorm(zeros([1, 4]))).toThrow(DomainError);
    for (const epsilon of [-1, NaN, Infinity]) {
      expect(() => layerNorm(x, [3], { epsilon })).toThrow(ConfigError);
      expect(() => batchNorm(x, { mean: zeros([4]), variance: zeros([4]), epsilon })).toThrow(ConfigError);
    }
  });
});
