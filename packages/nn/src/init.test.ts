import {
  type DType,
  DomainError,
  DTypeError,
  eye,
  Generator,
  matmul,
  ShapeError,
  type Tensor,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import {
  kaimingNormal,
  kaimingUniform,
  orthogonal,
  truncatedNormal,
  type TruncatedNormalOptions,
  uniformFanIn,
  xavierNormal,
  xavierUniform,
} from './init.js';

/**
 * Kolmogorov and Smirnov's statistic sqrt(n) sup |F_n - F| of a sample against the uniform distribution on [-bound, bound].
 * Under it the statistic is above 1.95 in one sample of 1,000.
 */
function kolmogorovSmirnov(sample: Iterable<number>, bound: number): number {
  const sorted = Array.from(sample, (x) => (x + bound) / (2 * bound)).sort((a, b) => a - b);
  const n = sorted.length;
  const gaps = sorted.map((u, i) => Math.max((i + 1) / n - u, u - i / n));
  return Math.sqrt(n) * gaps.reduce((a, b) => Math.max(a, b));
}

describe('uniformFanIn', () => {
  it.each([
    [1, 'float64'],
    [4, 'float32'],
    [100, 'float64'],
    [100, 'float32'],
  ] as const)('is uniform in ±1/sqrt(%s), %s', (fanIn, dtype) => {
    const sample = uniformFanIn([100, 100], fanIn, new Generator(11), dtype).dataSync();
    const bound = 1 / Math.sqrt(fanIn);
    // Rounding to float32 may carry a number to the float32 beside the bound.
    const largest = dtype === 'float32' ? Math.fround(bound) : bound;
    expect(sample.every((w) => Math.abs(w) <= largest)).toBe(true);
    expect(kolmogorovSmirnov(sample, bound)).toBeLessThan(1.95);
  });

  it('is told from its neighbors by that statistic: 6 percent wider, shifted by 2 percent, or normal', () => {
    const sample = Array.from(uniformFanIn([100, 100], 4, new Generator(11), 'float64').dataSync());
    const wrong = {
      wider: sample.map((w) => w * 1.06),
      shifted: sample.map((w) => w + 0.02),
      normal: Array.from(
        new Generator(1).normal([10000], { std: 0.5 / Math.sqrt(3), dtype: 'float64' }).dataSync(),
      ),
    };
    for (const [name, values] of Object.entries(wrong)) {
      expect(kolmogorovSmirnov(values, 0.5), name).toBeGreaterThan(1.95);
    }
  });

  it('draws the same bits from the same generator state, and others from the next', () => {
    const [a, b] = [new Generator(5), new Generator(5)];
    const draw = (generator: Generator): unknown => uniformFanIn([3, 2], 2, generator, 'float32').toArray();
    const first = draw(a);
    expect(draw(b)).toEqual(first);
    expect(draw(a)).not.toEqual(first);
    expect(draw(Generator.fromState(new Generator(5).state))).toEqual(first);
  });

  it.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s inputs', (fanIn) => {
    expect(() => uniformFanIn([2], fanIn, new Generator(0), 'float32')).toThrow(DomainError);
  });

  it.each(['int32', 'bool', 'float16'])(
    'refuses %s, of which all weights would be 0 or 1, or none',
    (dtype) => {
      expect(() => uniformFanIn([2], 1, new Generator(0), dtype as DType)).toThrow(DTypeError);
    },
  );
});

describe('named initializers', () => {
  const float64 = { dtype: 'float64' } as const;
  const moments = (x: Tensor): { mean: number; variance: number; largest: number } => {
    const mean = x.mean().item();
    return { mean, variance: x.mul(x).mean().item() - mean * mean, largest: x.abs().max().item() };
  };
  const shape = [40, 50, 5];
  const n = 40 * 50 * 5;

  it.each<[string, (generator: Generator) => Tensor, number, boolean]>([
    ['xavierUniform', (g) => xavierUniform(shape, g, { gain: 3, ...float64 }), 18 / 450, true],
    ['xavierNormal', (g) => xavierNormal(shape, g, float64), 2 / 450, false],
    ['kaimingUniform', (g) => kaimingUniform(shape, g, { slope: 2, ...float64 }), 2 / (5 * 250), true],
    ['kaimingNormal', (g) => kaimingNormal(shape, g, { mode: 'fanOut', ...float64 }), 2 / 200, false],
  ])('%s has its variance, and mean 0', (_, draw, expected, isUniform) => {
    const { mean, variance, largest } = moments(draw(new Generator(11)));
    // Five deviations of the mean of n numbers, and of their mean square, whose own variance is at most 2 v².
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(expected / n));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(largest <= Math.sqrt(3 * expected)).toBe(isUniform);
  });

  it.each([[[3, 7]], [[7, 3]], [[4, 2, 2]], [[1, 1]]])(
    'orthogonal of %j has orthonormal rows or columns',
    (own) => {
      const rows = own[0] as number;
      const columns = own.slice(1).reduce((a, b) => a * b, 1);
      const q = orthogonal(own, new Generator(4), { gain: 2, ...float64 }).reshape([rows, columns]);
      const product = rows <= columns ? matmul(q, q.transpose()) : matmul(q.transpose(), q);
      const identity = eye(Math.min(rows, columns), float64).mul(4);
      expect(product.sub(identity).abs().max().item()).toBeLessThan(4 * 16 * Number.EPSILON);
    },
  );

  it.each<[TruncatedNormalOptions]>([
    [{ low: -0.1, high: 0.3 }],
    [{ low: -1, high: 5 }],
    [{}],
    [{ mean: 3, std: 0.5 }],
  ])('truncatedNormal %o has numbers between its bounds with their mean', (options) => {
    const { mean = 0, std = 1 } = options;
    const { low = mean - 2 * std, high = mean + 2 * std } = options;
    const draws = truncatedNormal([n], new Generator(6), { ...options, ...float64 });
    expect(draws.dataSync().every((x) => x >= low && x <= high)).toBe(true);
    const density = (x: number): number => Math.exp(-(((x - mean) / std) ** 2) / 2);
    const steps = Array.from({ length: 1000 }, (_, i) => low + ((i + 0.5) * (high - low)) / 1000);
    const mass = steps.reduce((total, x) => total + density(x), 0);
    const expected = steps.reduce((total, x) => total + x * density(x), 0) / mass;
    // No such distribution is wider than its deviation or half of its interval.
    const spread = Math.min(std, (high - low) / 2);
    expect(Math.abs(draws.mean().item() - expected)).toBeLessThan((5 * spread) / Math.sqrt(n) + 1e-6);
  });

  it('refuse what has no fan, no bounds and no fraction', () => {
    const generator = new Generator(1);
    for (const f of [xavierUniform, xavierNormal, kaimingUniform, kaimingNormal, orthogonal]) {
      expect(() => f([3], generator)).toThrow(ShapeError);
      expect(() => f([3, 2], generator, { dtype: 'int32' })).toThrow(DTypeError);
    }
    for (const options of [{ low: 1 }, { std: 0 }, { low: 0, high: 0 }])
      expect(() => truncatedNormal([3], generator, options)).toThrow(DomainError);
    expect(() => truncatedNormal([3], generator, { dtype: 'int32' })).toThrow(DTypeError);
  });
});
