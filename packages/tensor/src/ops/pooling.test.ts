import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../create.js';
import { ConfigError, ShapeError } from '../errors.js';
import { Generator } from '../generator.js';
import type { Tensor } from '../tensor.js';
import { adaptiveAvgPool1d, adaptiveAvgPool2d } from './adaptive-pooling.js';
import { avgPool1d, avgPool2d, maxPool1d, maxPool2d } from './pooling.js';

const float64 = { dtype: 'float64' } as const;

const settings = fc
  .record({
    length: fc.integer({ min: 1, max: 9 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    half: fc.nat(2),
    ceilMode: fc.boolean(),
    countIncludePad: fc.boolean(),
  })
  .map(({ half, ...own }) => ({ ...own, padding: Math.min(half, Math.floor(own.kernel / 2)) }))
  .filter(({ length, kernel, padding }) => length + 2 * padding >= kernel);

type Setting = (typeof settings extends fc.Arbitrary<infer S> ? S : never) & { readonly length: number };

/** The windows as PyTorch's manual has them: from `start` to `end`, of which x has those from 0 to its length. */
function windowsOf({ length, kernel, stride, padding, ceilMode }: Setting): { start: number; end: number }[] {
  const rounded = ceilMode ? Math.ceil : Math.floor;
  const count = rounded((length + 2 * padding - kernel) / stride) + 1;
  return Array.from({ length: count }, (_, i) => i * stride - padding)
    .filter((start, i) => !ceilMode || i < count - 1 || start < length)
    .map((start) => ({ start, end: Math.min(start + kernel, length + padding) }));
}

/** Plain addition of n terms errs by up to n roundings of their size, and sums of the library by less. */
function checkMeans(means: Tensor, within: readonly { part: readonly number[]; size: number }[]): void {
  expect(means.size).toBe(within.length);
  means.dataSync().forEach((mean, i) => {
    const { part, size } = within[i] as { part: readonly number[]; size: number };
    const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const slack = (part.length + 1) * Number.EPSILON * (sumOf(part.map(Math.abs)) / size);
    expect(Math.abs(mean - sumOf(part) / size)).toBeLessThanOrEqual(slack);
  });
}

describe('pooling over one axis', () => {
  it('is over the windows of their definition, be they rounded up or down', () => {
    fc.assert(
      fc.property(settings, fc.nat(), (setting, seed) => {
        const { kernel, length, countIncludePad } = setting;
        const x = new Generator(seed).normal([1, length], float64);
        const values = Array.from(x.dataSync());
        const within = windowsOf(setting).map(({ start, end }) => ({
          part: values.slice(Math.max(start, 0), Math.min(end, length)),
          size: countIncludePad ? end - start : Math.min(end, length) - Math.max(start, 0),
        }));
        expect([...maxPool1d(x, kernel, setting).dataSync()]).toEqual(
          within.map(({ part }) => Math.max(...part)),
        );
        checkMeans(avgPool1d(x, kernel, setting), within);
      }),
    );
  });

  it('in parts is over all from floor to ceiling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 15 }),
        fc.nat(),
        (length, count, seed) => {
          const x = new Generator(seed).normal([1, length], float64);
          const values = Array.from(x.dataSync());
          const parts = Array.from({ length: count }, (_, i) =>
            values.slice(Math.floor((i * length) / count), Math.ceil(((i + 1) * length) / count)),
          );
          checkMeans(
            adaptiveAvgPool1d(x, count),
            parts.map((part) => ({ part, size: part.length })),
          );
        },
      ),
    );
  });
});

describe('pooling over two axes', () => {
  const x = new Generator(4).normal([2, 3, 5, 7], float64);

  it('is pooling down and then across', () => {
    const across = maxPool2d(x, [1, 3], { stride: [1, 2], padding: [0, 1] });
    const both = maxPool2d(x, [2, 3], { stride: [2, 2], padding: [1, 1] });
    expect(maxPool2d(across, [2, 1], { stride: [2, 1], padding: [1, 0] }).toArray()).toEqual(both.toArray());
    const transposed = x.transpose([0, 1, 3, 2]);
    expect(maxPool2d(transposed, 2).transpose([0, 1, 3, 2]).toArray()).toEqual(maxPool2d(x, 2).toArray());
  });

  it('over everything is the maximum or the mean', () => {
    const [top, mean] = [x.max({ axis: [2, 3], keepDims: true }), x.mean({ axis: [2, 3], keepDims: true })];
    expect(maxPool2d(x, [5, 7]).toArray()).toEqual(top.toArray());
    for (const y of [avgPool2d(x, [5, 7]), adaptiveAvgPool2d(x, 1)]) {
      expect(y.shape).toEqual([2, 3, 1, 1]);
      // 35 terms of at most 4, summed in other orders.
      y.dataSync().forEach((value, i) => {
        expect(Math.abs(value - (mean.dataSync()[i] as number))).toBeLessThan(35 * 4 * Number.EPSILON);
      });
    }
  });

  it('takes images without batch, empty batches and integers', () => {
    const single = x.reshape([6, 5, 7]);
    for (const f of [maxPool2d, avgPool2d]) {
      expect(f(single, 2).toArray()).toEqual(f(x, 2).reshape([6, 2, 3]).toArray());
      expect(f(zeros([0, 3, 4, 4]), 2).shape).toEqual([0, 3, 2, 2]);
    }
    expect(adaptiveAvgPool2d(single, [2, 3]).shape).toEqual([6, 2, 3]);
    expect(adaptiveAvgPool2d(zeros([0, 3, 4, 4]), 3).shape).toEqual([0, 3, 3, 3]);
    const integers = tensor(
      [
        [
          [1, 2],
          [3, 5],
        ],
      ],
      { dtype: 'int32' },
    );
    expect([maxPool2d(integers, 2).dtype, avgPool2d(integers, 2).dtype]).toEqual(['int32', 'float32']);
    expect(avgPool2d(integers, 2).toArray()).toEqual([[[2.75]]]);
    expect(adaptiveAvgPool2d(integers, 1).toArray()).toEqual([[[2.75]]]);
  });

  it('of a NaN is NaN, in its windows alone, and infinities stay where they are', () => {
    const row = tensor([[NaN, 1, 2, Infinity, 3]]);
    expect(maxPool1d(row, 2, { stride: 1 }).toArray()).toEqual([[NaN, 2, Infinity, Infinity]]);
    expect(avgPool1d(row, 2, { stride: 1 }).toArray()).toEqual([[NaN, 1.5, Infinity, Infinity]]);
    expect(adaptiveAvgPool1d(row, 3).toArray()).toEqual([[NaN, Infinity, Infinity]]);
    expect(maxPool1d(tensor([[-Infinity, -Infinity]]), 2).toArray()).toEqual([[-Infinity]]);
  });
});

describe('pooling refuses', () => {
  it('shapes that have no windows', () => {
    for (const f of [maxPool2d, avgPool2d]) {
      expect(() => f(ones([3, 3]), 2)).toThrow(
        `${f.name}: expected x [batch, channels, height, width] or [channels, height, width]; got [3, 3]`,
      );
      expect(() => f(ones([1, 1, 3]), 4)).toThrow(ShapeError);
    }
    expect(() => maxPool1d(ones([1, 3]), 4)).toThrow(/^maxPool1d: /);
    expect(() => adaptiveAvgPool2d(ones([1, 0, 3]), 1)).toThrow(ShapeError);
    expect(() => adaptiveAvgPool1d(ones([3]), 1)).toThrow(ShapeError);
  });

  it('a window that has only padding', () => {
    expect(() => maxPool1d(ones([1, 1]), 2, { padding: 1, dilation: 2 })).toThrow(
      'an element in each window; got a kernel of [1, 2] over [1, 1]: window 0 across lies in the padding',
    );
  });

  it('settings that make no sense', () => {
    const x = ones([1, 4, 4]);
    for (const f of [maxPool2d, avgPool2d]) {
      for (const kernel of [0, 1.5, [2], [2, 2, 2]]) expect(() => f(x, kernel)).toThrow(ConfigError);
      expect(() => f(x, 2, { stride: 0 })).toThrow(ConfigError);
      expect(() => f(x, 2, { padding: -1 })).toThrow(ConfigError);
      expect(() => f(x, 3, { padding: 2 })).toThrow(
        `${f.name}: expected padding of at most half of the kernel [3, 3]; got [2, 2]`,
      );
    }
    expect(() => maxPool2d(x, 2, { dilation: 0 })).toThrow(ConfigError);
    expect(() => adaptiveAvgPool2d(x, 0)).toThrow(ConfigError);
  });
});
