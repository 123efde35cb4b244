import { DomainError, DTypeError, Generator, ShapeError, type Tensor, tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ensembleScore, type Score, score } from './metrics.js';

const labelsOf = (labels: number[]): Tensor => tensor(labels, { dtype: 'int32' });

/** By the formulas as they stand: softmax, mean over members, argmax, -log. */
function naive(members: readonly number[][][], labels: readonly number[]): Score {
  const probs = members.map((rows) =>
    rows.map((row) => {
      const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
      return row.map((z) => Math.exp(z) / total);
    }),
  );
  const mean = (probs[0] as number[][]).map((row, n) =>
    row.map((_, c) => probs.reduce((sum, member) => sum + (member[n]?.[c] as number), 0) / members.length),
  );
  const correct = mean.filter((row, n) => row.indexOf(Math.max(...row)) === labels[n]).length;
  const losses = mean.map((row, n) => -Math.log(row[labels[n] as number] as number));
  return { accuracy: correct / labels.length, nll: losses.reduce((a, b) => a + b) / labels.length };
}

/** Some members' logits for the same rows, and labels. */
const predictions = fc
  .record({
    members: fc.integer({ min: 1, max: 4 }),
    rows: fc.integer({ min: 1, max: 8 }),
    classes: fc.integer({ min: 1, max: 5 }),
  })
  .chain(({ members, rows, classes }) =>
    fc.record({
      members: fc.array(
        fc.array(
          fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: classes, maxLength: classes }),
          { minLength: rows, maxLength: rows },
        ),
        { minLength: members, maxLength: members },
      ),
      labels: fc.array(fc.nat({ max: classes - 1 }), { minLength: rows, maxLength: rows }),
    }),
  );

const float64 = (values: number[][]): Tensor => tensor(values, { dtype: 'float64' });

describe('score and ensembleScore', () => {
  it('are those of the textbook formulas', () => {
    fc.assert(
      fc.property(predictions, ({ members, labels }) => {
        const expected = naive(members, labels);
        const { accuracy, nll } = ensembleScore(members.map(float64), labelsOf(labels));
        // Probabilities that agree to rounding may be ordered either way.
        if (!hasNearTie(members)) expect(accuracy).toBe(expected.accuracy);
        expect(Math.abs(nll - expected.nll)).toBeLessThan(1e-13 * (1 + expected.nll) * 60);
        const alone = score(float64(members[0] as number[][]), labelsOf(labels));
        expect(Math.abs(alone.nll - naive([members[0] as number[][]], labels).nll)).toBeLessThan(1e-11);
      }),
    );
  });

  it('agree where all members do', () => {
    fc.assert(
      fc.property(predictions, fc.integer({ min: 1, max: 5 }), ({ members, labels }, size) => {
        const logits = float64(members[0] as number[][]);
        const [one, all] = [
          score(logits, labelsOf(labels)),
          ensembleScore(Array(size).fill(logits), labelsOf(labels)),
        ];
        expect(all.accuracy).toBe(one.accuracy);
        expect(Math.abs(all.nll - one.nll)).toBeLessThanOrEqual(8 * Number.EPSILON * (1 + one.nll));
      }),
    );
  });

  it('keep the order of Jensen: the ensemble’s nll is at most the mean of its members’', () => {
    fc.assert(
      fc.property(predictions, ({ members, labels }) => {
        const nlls = members.map((logits) => score(float64(logits), labelsOf(labels)).nll);
        const mean = nlls.reduce((a, b) => a + b) / nlls.length;
        const { nll } = ensembleScore(members.map(float64), labelsOf(labels));
        expect(nll).toBeLessThanOrEqual(mean + 64 * Number.EPSILON * (1 + mean));
        // Nor is it worse than the best member by more than log K.
        expect(nll).toBeLessThanOrEqual(
          Math.min(...nlls) + Math.log(nlls.length) + 64 * Number.EPSILON * (1 + mean),
        );
      }),
    );
  });

  it('tell the mean of probabilities from that of logits', () => {
    const members = [[[0, 4]], [[3, 0]]];
    const meanOfLogits = score(float64([[1.5, 2]]), labelsOf([0])).nll;
    const { nll } = ensembleScore(members.map(float64), labelsOf([0]));
    expect(nll).toBeCloseTo(naive(members, [0]).nll, 12);
    expect(Math.abs(nll - meanOfLogits)).toBeGreaterThan(0.1);
  });

  it('do not mind the order of members', () => {
    const members = [1, 2, 3].map((seed) => new Generator(seed).normal([6, 4]));
    const labels = labelsOf([0, 1, 2, 3, 0, 1]);
    const [forwards, backwards] = [
      ensembleScore(members, labels),
      ensembleScore(members.toReversed(), labels),
    ];
    expect(forwards.nll).toBeCloseTo(backwards.nll, 14);
    expect(forwards.accuracy).toBe(backwards.accuracy);
  });
});

function hasNearTie(members: readonly number[][][]): boolean {
  const rows = (members[0] as number[][]).map((_, n) => members.map((member) => member[n] as number[]));
  return rows.some((row) => {
    const sums = (row[0] as number[]).map((_, c) =>
      row.reduce(
        (sum, logits) =>
          sum + Math.exp((logits[c] as number) - Math.log(logits.reduce((t, z) => t + Math.exp(z), 0))),
        0,
      ),
    );
    const [first = 0, second = -1] = sums.toSorted((a, b) => b - a);
    return first - second <= 1e-12 * first;
  });
}

describe('accuracy', () => {
  it('counts the first of several largest', () => {
    const tied = tensor([
      [1, 1, 0],
      [0, 2, 2],
      [3, 3, 3],
    ]);
    expect(score(tied, labelsOf([0, 1, 0])).accuracy).toBe(1);
    expect(score(tied, labelsOf([1, 2, 2])).accuracy).toBe(0);
    const members = [tensor([[0, 1]]), tensor([[1, 0]])];
    expect(ensembleScore(members, labelsOf([0])).accuracy).toBe(1);
    expect(ensembleScore(members, labelsOf([1])).accuracy).toBe(0);
  });

  it('sees the smallest difference of two float32 logits near 1', () => {
    const logits = tensor([
      [1, 1 + 2 ** -23],
      [1e-9, 2e-9],
    ]);
    expect(score(logits, labelsOf([1, 1])).accuracy).toBe(1);
  });

  it('does not count rows with NaN', () => {
    const logits = tensor([
      [Number.NaN, 0],
      [0, Number.NaN],
      [Number.NaN, Number.NaN],
      [1, 0],
    ]);
    const { accuracy, nll } = score(logits, labelsOf([0, 0, 0, 0]));
    expect(accuracy).toBe(0.25);
    expect(nll).toBeNaN();
  });
});

describe('nll', () => {
  it('is finite for log-probabilities far below the range of float32, and float64, probabilities', () => {
    for (const gap of [1e3, 1e6, 1e30]) {
      const logits = float64([[0, -gap]]);
      expect(score(logits, labelsOf([1]))).toEqual({ accuracy: 0, nll: gap });
      expect(ensembleScore([logits, logits], labelsOf([1])).nll).toBe(gap);
      // The mean of e^-gap and 2 e^-gap is 1.5 e^-gap.
      const mixed = ensembleScore([logits, float64([[0, Math.log(2) - gap]])], labelsOf([1])).nll;
      expect(Math.abs(mixed - (gap - Math.log(1.5)))).toBeLessThanOrEqual(4 * Number.EPSILON * gap);
    }
  });

  it('keeps the digits of the smallest losses', () => {
    expect(score(tensor([[40, 0]]), labelsOf([0])).nll).toBeCloseTo(Math.exp(-40), 30);
  });

  it('is infinite where a label got probability 0, and finite as soon as one member gives it some', () => {
    const masked = tensor([[0, Number.NEGATIVE_INFINITY]]);
    expect(score(masked, labelsOf([1])).nll).toBe(Number.POSITIVE_INFINITY);
    expect(ensembleScore([masked, masked], labelsOf([1])).nll).toBe(Number.POSITIVE_INFINITY);
    expect(ensembleScore([masked, tensor([[0, 0]])], labelsOf([1])).nll).toBeCloseTo(Math.log(4), 15);
  });

  it('is 0, not -0, for one class', () => {
    expect(score(tensor([[5], [-3]]), labelsOf([0, 0]))).toEqual({ accuracy: 1, nll: 0 });
  });
});

describe('what does not belong together is refused', () => {
  const two = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  it.each<[string, Tensor, Tensor, new (...args: never[]) => Error, string]>([
    ['fewer labels', two, labelsOf([0]), ShapeError, '[2, 3] and [1]'],
    ['a label too many', two, labelsOf([0, 1, 2]), ShapeError, '[2, 3] and [3]'],
    ['labels in a column', two, tensor([[0], [1]], { dtype: 'int32' }), ShapeError, '[2, 3] and [2, 1]'],
    ['logits of one axis', tensor([1, 2]), labelsOf([0, 1]), ShapeError, '[2] and [2]'],
    ['a scalar', tensor(1), labelsOf([0]), ShapeError, '[] and [1]'],
    ['no rows', tensor([]).reshape([0, 3]), labelsOf([]), ShapeError, '[0, 3] and [0]'],
    ['no classes', tensor([]).reshape([2, 0]), labelsOf([0, 0]), ShapeError, '[2, 0] and [2]'],
    ['float labels', two, tensor([0, 1]), DTypeError, 'int32 (class indices); got float32'],
    ['a label beyond', two, labelsOf([0, 3]), DomainError, 'labels from 0 to 2; got 3'],
    ['a label below', two, labelsOf([-1, 0]), DomainError, 'labels from 0 to 2; got -1'],
  ])('%s', (_, logits, labels, error, message) => {
    for (const [name, run] of [
      ['score', () => score(logits, labels)],
      ['ensembleScore', () => ensembleScore([logits], labels)],
    ] as const) {
      expect(run).toThrow(error);
      expect(run).toThrow(`${name}: `);
      expect(run).toThrow(message);
    }
  });

  it('no members, or members that differ in classes or rows', () => {
    expect(() => ensembleScore([], labelsOf([0]))).toThrow(ShapeError);
    const others = [
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([[1, 2, 3]]),
    ];
    for (const other of others) {
      expect(() => ensembleScore([two, other], labelsOf([0, 1]))).toThrow(ShapeError);
      expect(() => ensembleScore([other, two], labelsOf([0, 1]))).toThrow(ShapeError);
    }
  });
});
