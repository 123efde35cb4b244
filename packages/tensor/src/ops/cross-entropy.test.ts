import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import type { DType } from '../dtype.js';
import { ConfigError, DomainError, DTypeError, ShapeError } from '../errors.js';
import { crossEntropy, type CrossEntropyOptions, nllLoss } from './cross-entropy.js';
import { oneHot } from './indexing.js';
import { logSoftmax, softmax } from './softmax.js';

const float64 = { dtype: 'float64' } as const;
const logits = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 8 });
const labels = (values: number | number[]) => tensor(values, { dtype: 'int32' });
const range = (row: number[]): number => Math.max(...row) - Math.min(...row);

describe('crossEntropy', () => {
  it('of label y is -logSoftmax[y], to the last bit', () => {
    fc.assert(
      fc.property(logits, fc.nat(), (row, pick) => {
        const y = pick % row.length;
        const loss = crossEntropy(tensor([row], float64), labels([y]), { reduction: 'none' });
        expect(loss.toArray()).toEqual([0 - (logSoftmax(tensor(row, float64)).dataSync()[y] as number)]);
      }),
    );
  });

  it('is never negative, and at most range + log n', () => {
    fc.assert(
      fc.property(logits, fc.nat(), (row, pick) => {
        const loss = crossEntropy(tensor(row, float64), labels(pick % row.length)).item();
        expect(loss).toBeGreaterThanOrEqual(0);
        expect(loss).toBeLessThanOrEqual((range(row) + Math.log(row.length)) * (1 + 4 * Number.EPSILON));
      }),
    );
  });

  it('averages over the rows, or sums, or does neither', () => {
    const x = tensor(
      [
        [0, 0],
        [0, Math.log(3)],
      ],
      float64,
    );
    const y = labels([0, 0]);
    const [a, b] = [Math.LN2, Math.log(4)];
    expect(crossEntropy(x, y, { reduction: 'none' }).toArray()).toEqual([
      expect.closeTo(a, 15),
      expect.closeTo(b, 15),
    ]);
    expect(crossEntropy(x, y, { reduction: 'sum' }).item()).toBeCloseTo(a + b, 15);
    expect(crossEntropy(x, y).item()).toBeCloseTo((a + b) / 2, 15);
  });

  it('of a masked class is infinite', () => {
    expect(crossEntropy(tensor([0, -Infinity]), labels(1)).item()).toBe(Infinity);
  });

  it.each([3, -1])('refuses the label %d of 3 classes', (label) => {
    expect(() => crossEntropy(tensor([[1, 2, 3]]), labels([label]))).toThrow(
      new DomainError('crossEntropy', { expected: 'each label from 0 to 2', got: String(label) }),
    );
  });

  it.each(['float32', 'float64', 'bool'] as DType[])('refuses labels of dtype %s', (dtype) => {
    expect(() => crossEntropy(tensor([[1, 2, 3]]), tensor([1], { dtype }))).toThrow(DTypeError);
  });

  it('wants one label for each row, and a known reduction', () => {
    expect(() =>
      crossEntropy(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        labels([0]),
      ),
    ).toThrow('crossEntropy: expected labels of shape [2], one for each row of [2, 2]; got [1]');
    const reduction = 'average' as 'mean';
    expect(() => crossEntropy(tensor([[1, 2]]), labels([0]), { reduction })).toThrow(ConfigError);
  });
});

/** The formula, in loops: the losses of all rows, and what their mean divides by. */
function naive(
  rows: readonly number[][],
  ys: readonly number[],
  {
    weight,
    ignoreIndex,
    labelSmoothing = 0,
  }: { weight?: number[] | undefined; ignoreIndex?: number; labelSmoothing?: number },
): { losses: number[]; divisor: number } {
  let divisor = 0;
  const losses = rows.map((row, n) => {
    const y = ys[n] as number;
    if (y === ignoreIndex) return 0;
    const logSum = Math.log(row.reduce((total, x) => total + Math.exp(x), 0));
    divisor += weight?.[y] ?? 1;
    return row.reduce((loss, x, k) => {
      const target = (k === y ? 1 - labelSmoothing : 0) + labelSmoothing / row.length;
      return loss - (weight?.[k] ?? 1) * target * (x - logSum);
    }, 0);
  });
  return { losses, divisor };
}

describe('crossEntropy with settings', () => {
  const classes = 3;
  const settings = fc.record({
    rows: fc.array(
      fc.tuple(...Array.from({ length: classes }, () => fc.double({ min: -2, max: 2, noNaN: true }))),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    picks: fc.array(fc.nat(classes - 1), { minLength: 4, maxLength: 4 }),
    weight: fc.option(
      fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: classes, maxLength: classes }),
      {
        nil: undefined,
      },
    ),
    ignoreIndex: fc.constantFrom(-100, 1),
    labelSmoothing: fc.constantFrom(0, 0.1, 1),
  });
  /** Logarithms of at most 4 + log 3, weights of at most 2, and no more than a dozen roundings of each row's sum. */
  const bound = 12 * 6 * 2 * Number.EPSILON;

  it('is its formula, and the mean is over the weights of what is not ignored', () => {
    fc.assert(
      fc.property(settings, ({ rows, picks, weight, ignoreIndex, labelSmoothing }) => {
        const ys = picks.slice(0, rows.length);
        const options: CrossEntropyOptions = {
          ignoreIndex,
          labelSmoothing,
          ...(weight && { weight: tensor(weight, float64) }),
        };
        const expected = naive(rows, ys, { weight, ignoreIndex, labelSmoothing });
        const x = tensor(rows, float64);
        const each = crossEntropy(x, labels(ys), { ...options, reduction: 'none' }).dataSync();
        each.forEach((loss, n) => {
          expect(Math.abs(loss - (expected.losses[n] as number))).toBeLessThanOrEqual(bound);
        });
        const total = expected.losses.reduce((sum, loss) => sum + loss, 0);
        const sum = crossEntropy(x, labels(ys), { ...options, reduction: 'sum' }).item();
        expect(Math.abs(sum - total)).toBeLessThanOrEqual(rows.length * bound);
        const mean = crossEntropy(x, labels(ys), options).item();
        if (expected.divisor === 0) expect(mean).toBeNaN();
        else expect(Math.abs(mean - total / expected.divisor)).toBeLessThanOrEqual(2 * rows.length * bound);
      }),
    );
  });

  it('is the same of labels and of their indicators, but for what the mean divides by', () => {
    fc.assert(
      fc.property(settings, ({ rows, picks, weight, labelSmoothing }) => {
        const ys = labels(picks.slice(0, rows.length));
        const x = tensor(rows, float64);
        const options: CrossEntropyOptions = {
          labelSmoothing,
          reduction: 'none',
          ...(weight && { weight: tensor(weight, float64) }),
        };
        const ofProbabilities = crossEntropy(x, oneHot(ys, classes, float64), options);
        crossEntropy(x, ys, options)
          .dataSync()
          .forEach((loss, n) => {
            expect(Math.abs(loss - (ofProbabilities.dataSync()[n] as number))).toBeLessThanOrEqual(bound);
          });
      }),
    );
  });

  it('of the probabilities themselves is their entropy', () => {
    const x = tensor([0, 0, 0, 0], float64);
    expect(crossEntropy(x, softmax(x)).item()).toBeCloseTo(Math.log(4), 15);
  });

  it('does not mind a masked class of probability 0, and is infinite where it has any', () => {
    const x = tensor([[0, -Infinity]], float64);
    expect(crossEntropy(x, tensor([[1, 0]], float64)).item()).toBe(0);
    expect(crossEntropy(x, tensor([[0.5, 0.5]], float64)).item()).toBe(Infinity);
  });

  it('takes any label to be ignored, and a row of NaN with it', () => {
    const x = tensor(
      [
        [NaN, 0],
        [0, 0],
      ],
      float64,
    );
    expect(crossEntropy(x, labels([-7, 0]), { ignoreIndex: -7 }).item()).toBeCloseTo(Math.LN2, 15);
  });

  it('refuses what makes no sense', () => {
    const x = zeros([2, 3]);
    const ys = labels([0, 1]);
    expect(() => crossEntropy(x, ys, { weight: zeros([2]) })).toThrow(
      'crossEntropy: expected a weight of shape [3], one for each class; got [2]',
    );
    expect(() => crossEntropy(x, ys, { weight: zeros([1, 3]) })).toThrow(ShapeError);
    for (const labelSmoothing of [-0.1, 1.1, NaN])
      expect(() => crossEntropy(x, ys, { labelSmoothing })).toThrow(ConfigError);
    expect(() => crossEntropy(x, ys, { ignoreIndex: 0.5 })).toThrow(ConfigError);
    expect(() => crossEntropy(x, softmax(x), { ignoreIndex: 0 })).toThrow(ConfigError);
    expect(() => crossEntropy(x, labels([0, 3]), { ignoreIndex: -1 })).toThrow(DomainError);
  });
});

describe('nllLoss', () => {
  it('of log-probabilities is the cross-entropy of their logits', () => {
    const x = tensor(
      [
        [1, 2, 4],
        [0, -1, 0.5],
      ],
      float64,
    );
    const ys = labels([2, 0]);
    for (const reduction of ['none', 'sum', 'mean'] as const) {
      const weight = tensor([0.5, 1, 2], float64);
      const options = { reduction, weight, ignoreIndex: 0 };
      expect(nllLoss(logSoftmax(x), ys, options).toArray()).toEqual(crossEntropy(x, ys, options).toArray());
    }
  });

  it('wants one label for each row, and names itself', () => {
    expect(() => nllLoss(zeros([2, 3]), labels([0]))).toThrow(
      'nllLoss: expected labels of shape [2], one for each row of [2, 3]; got [1]',
    );
    expect(() => nllLoss(zeros([1, 3]), labels([3]))).toThrow(DomainError);
    expect(() => nllLoss(zeros([1, 3]), zeros([1]))).toThrow(DTypeError);
  });
});
