import { type DType, DomainError, DTypeError, Generator } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { uniformFanIn } from './init.js';

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
