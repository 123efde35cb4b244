import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor } from '../create.js';
import type { DType } from '../dtype.js';
import { ConfigError, DomainError, DTypeError, ShapeError } from '../errors.js';
import { sub } from './arithmetic.js';
import { sum } from './reduce.js';
import { crossEntropy, logSoftmax, softmax } from './softmax.js';

const float64 = { dtype: 'float64' } as const;
const logits = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 8 });
const labels = (values: number | number[]) => tensor(values, { dtype: 'int32' });
const range = (row: number[]): number => Math.max(...row) - Math.min(...row);

describe('softmax', () => {
  it.each([
    ['float32', 2 ** -23],
    ['float64', 2 ** -52],
  ] as const)('has rows that sum to 1 (%s)', (dtype, epsilon) => {
    fc.assert(
      fc.property(logits, (row) => {
        const p = softmax(tensor([row, row.toReversed()], { dtype }));
        // log p is off by eps |log p|, p by that times p: in all eps times the entropy, which is at most log n; then
        // each p and each of the n additions rounds.
        const bound = epsilon * (Math.log(row.length) + 1 + row.length);
        for (const total of sum(p, { axis: -1 }).dataSync())
          expect(Math.abs(total - 1)).toBeLessThanOrEqual(bound);
      }),
    );
  });

  it('gives equal logits equal shares', () => {
    expect(softmax(tensor([5, 5, 5, 5], float64)).toArray()).toEqual(
      new Array(4).fill(Math.exp(-Math.log(4))),
    );
  });
});

describe('logSoftmax', () => {
  it('is not changed by a shift of its row', () => {
    // Integers and their sums are exact, so the rows are the same to the last bit once the maximum is taken off.
    const integers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(integers, fc.integer({ min: -1e6, max: 1e6 }), (row, shift) => {
        const shifted = logSoftmax(
          tensor(
            row.map((x) => x + shift),
            float64,
          ),
        );
        expect(shifted.toArray()).toEqual(logSoftmax(tensor(row, float64)).toArray());
      }),
    );
  });

  it('lies between -(range + log n) and 0, and is at least -log n for the largest', () => {
    fc.assert(
      fc.property(logits, (row) => {
        const values = [...logSoftmax(tensor(row, float64)).dataSync()];
        const slack = 1 + 4 * Number.EPSILON;
        expect(Math.max(...values)).toBeLessThanOrEqual(0);
        expect(-Math.max(...values)).toBeLessThanOrEqual(Math.log(row.length) * slack);
        expect(-Math.min(...values)).toBeLessThanOrEqual((range(row) + Math.log(row.length)) * slack);
      }),
    );
  });

  it('keeps the digits of a largest class that has nearly all: log p = -log1p(e^-50) = -e^-50', () => {
    const [largest, other] = logSoftmax(tensor([50, 0], float64)).dataSync() as Float64Array;
    expect(Math.abs((largest as number) / -Math.exp(-50) - 1)).toBeLessThan(1e-15);
    expect(other).toBe(-50);
    expect(logSoftmax(tensor([0, -700], float64)).dataSync()[0]).toBe(-Math.exp(-700));
  });

  it('does not overflow', () => {
    expect(logSoftmax(tensor([1e308, -1e308], float64)).toArray()).toEqual([0, -Infinity]);
    expect(logSoftmax(tensor([1e4, 1e4 - 1])).dataSync()).toEqual(logSoftmax(tensor([1, 0])).dataSync());
  });

  it('gives a masked class -Infinity and the others what they have without it', () => {
    const [a, masked, b] = logSoftmax(tensor([1, -Infinity, 2], float64)).dataSync();
    expect(masked).toBe(-Infinity);
    expect([a, b]).toEqual([...logSoftmax(tensor([1, 2], float64)).dataSync()]);
  });

  it('is NaN throughout a row with a NaN or +Infinity, or masked throughout, and only there', () => {
    const rows = [
      [NaN, 1, 2],
      [1, NaN, 2],
      [1, 2, NaN],
      [Infinity, NaN, -Infinity],
      [Infinity, 3, 3],
      [3, Infinity, Infinity],
      [-Infinity, -Infinity, -Infinity],
    ];
    for (const row of rows) {
      const [bad, good] = logSoftmax(tensor([row, [0, 0, 0]], float64)).toArray() as number[][];
      expect(bad).toEqual([NaN, NaN, NaN]);
      expect(good).toEqual([-Math.log(3), -Math.log(3), -Math.log(3)].map((x) => expect.closeTo(x, 15)));
    }
  });

  it('of one class is 0', () => {
    expect(logSoftmax(tensor([[7], [-7]])).toArray()).toEqual([[0], [0]]);
  });

  it.each([
    ['logSoftmax', logSoftmax],
    ['softmax', softmax],
  ] as const)('%s needs a row with a class, and says so under its own name', (name, f) => {
    expect(() => f(tensor(3))).toThrow(
      new ShapeError(name, { expected: 'logits of shape [..., classes]', got: 'a scalar' }),
    );
    expect(() => f(tensor([[], []]))).toThrow(
      new DomainError(name, { expected: 'at least one class', got: 'logits [2, 0]' }),
    );
    expect(f(tensor([], { shape: [0, 3] })).shape).toEqual([0, 3]);
  });
});

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

describe('the gap between two log-probabilities', () => {
  it('is the gap between the logits', () => {
    const x = tensor([3, -4, 10], float64);
    const difference = sub(logSoftmax(x), x).dataSync();
    // Each is rounded at the size of the log-probability, at most 14 + log 3 < 16.
    for (const d of difference)
      expect(Math.abs(d - (difference[0] as number))).toBeLessThanOrEqual(16 * Number.EPSILON);
  });
});
