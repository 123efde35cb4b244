import { ConfigError, DomainError, DTypeError, ShapeError, type Tensor, tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Average,
  agreement,
  brierScore,
  confusionMatrix,
  f1Score,
  predictions,
  topKAccuracy,
} from './classification.js';
import { score } from './metrics.js';

const int32 = (values: readonly number[]): Tensor => tensor(Int32Array.from(values));

describe('topKAccuracy', () => {
  it('is the accuracy for k = 1, grows with k, and is 1 for all classes', () => {
    const value = fc.integer({ min: -2, max: 2 });
    const rows = fc.array(fc.tuple(fc.array(value, { minLength: 4, maxLength: 4 }), fc.nat(3)), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(rows, (list) => {
        const logits = tensor(list.map(([row]) => row));
        const labels = int32(list.map(([, label]) => label));
        const all = [1, 2, 3, 4].map((k) => topKAccuracy(logits, labels, k));
        expect(all[0]).toBe(score(logits, labels).accuracy);
        expect(all).toEqual([...all].sort((a, b) => a - b));
        expect(all[3]).toBe(1);
      }),
    );
  });

  it('counts no row with a NaN, and refuses a k that there is not', () => {
    expect(topKAccuracy(tensor([[1, Number.NaN]]), int32([0]), 2)).toBe(0);
    for (const k of [0, 3, 1.5])
      expect(() => topKAccuracy(tensor([[1, 2]]), int32([0]), k)).toThrow(ConfigError);
  });
});

describe('brierScore', () => {
  it('is 0 for sure and right, 2 for sure and wrong, (n - 1) / n for uniform probabilities', () => {
    const of = (...probs: number[]): number => brierScore(tensor([probs], { dtype: 'float64' }), int32([0]));
    expect([of(1, 0, 0), of(0, 1, 0), of(0.25, 0.25, 0.25, 0.25)]).toEqual([0, 2, 0.75]);
  });
});

describe('confusionMatrix and f1Score', () => {
  const matrix = confusionMatrix([0, 2, 1, 0, 0, 1], [0, 1, 2, 0, 1, 2], 3);

  it('are those of the example of scikit-learn', () => {
    expect(matrix).toEqual([
      [2, 0, 0],
      [1, 0, 1],
      [0, 2, 0],
    ]);
    // Class 0: precision 2/3, recall 1; the others have no hit.
    expect(f1Score(matrix)).toBeCloseTo(0.8 / 3, 15);
    expect(f1Score(matrix, 'micro')).toBe(2 / 6);
  });

  it('give a class that is never there 0', () => {
    expect(f1Score(confusionMatrix([0], [0], 2))).toBe(0.5);
  });

  it('refuse classes that there are not, other averages, and lists of two lengths', () => {
    for (const [guess, label] of [
      [2, 0],
      [0, 2],
      [-1, 0],
      [0.5, 0],
    ] as const)
      expect(() => confusionMatrix([guess], [label], 2)).toThrow(DomainError);
    expect(() => confusionMatrix([0], [0], 0)).toThrow(ConfigError);
    expect(() => confusionMatrix([0, 1], [0], 2)).toThrow(ShapeError);
    expect(() => f1Score(matrix, 'weighted' as Average)).toThrow(ConfigError);
  });
});

describe('predictions and agreement', () => {
  it('take the first of the largest, and compare row by row', () => {
    const guesses = predictions(
      tensor([
        [1, 3, 3],
        [2, 1, 0],
        [0, Number.NaN, 1],
      ]),
    );
    expect([...guesses]).toEqual([1, 0, 1]);
    expect(agreement(guesses, [1, 1, 1])).toBe(2 / 3);
    expect(() => agreement([], [])).toThrow(ShapeError);
    expect(() => predictions(tensor([1, 2]))).toThrow(ShapeError);
    expect(() => predictions([[1, 2]] as unknown as Tensor)).toThrow(DTypeError);
    expect(() => brierScore(tensor([[1, 2]]), [0] as unknown as Tensor)).toThrow(DTypeError);
  });
});
