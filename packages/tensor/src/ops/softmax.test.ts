import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor } from '../create.js';
import { DomainError, ShapeError } from '../errors.js';
import { Generator } from '../generator.js';
import { sub } from './arithmetic.js';
import { sum } from './reduce.js';
import { logSoftmax, softmax } from './softmax.js';
import { transpose } from './rearrange.js';

const float64 = { dtype: 'float64' } as const;
const logits = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 8 });
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

describe('the gap between two log-probabilities', () => {
  it('is the gap between the logits', () => {
    const x = tensor([3, -4, 10], float64);
    const difference = sub(logSoftmax(x), x).dataSync();
    // Each is rounded at the size of the log-probability, at most 14 + log 3 < 16.
    for (const d of difference)
      expect(Math.abs(d - (difference[0] as number))).toBeLessThanOrEqual(16 * Number.EPSILON);
  });
});

describe('an axis other than the last', () => {
  const x = new Generator(3).normal([2, 3, 4], float64);

  it.each([0, 1, -2])('%d is the last one of the transposed', (axis) => {
    const order = [
      [2, 1, 0],
      [0, 2, 1],
    ][axis === 0 ? 0 : 1] as number[];
    for (const f of [softmax, logSoftmax])
      expect(f(x, { axis }).toArray()).toEqual(transpose(f(transpose(x, order)), order).toArray());
  });

  it('must be there, and have a class', () => {
    expect(() => softmax(x, { axis: 3 })).toThrow('softmax: expected an axis from -3 to 2; got 3');
    expect(() => logSoftmax(tensor([], { shape: [0, 3] }), { axis: 0 })).toThrow(DomainError);
  });
});
