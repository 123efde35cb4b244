import { checkGradients, grad, valueAndGrad } from '@renyi/autodiff';
import {
  cast,
  ConfigError,
  DomainError,
  DTypeError,
  Generator,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Embedding, embedding } from './embedding.js';
import { EmbeddingBag, embeddingBag, type EmbeddingBagOptions } from './embedding-bag.js';

const float64 = { dtype: 'float64' } as const;
/** Numbers of 24 digits, so that sums of a few are exact in any order. */
const weight = cast(new Generator(3).normal([5, 2]), 'float64');
const table = weight.toArray() as number[][];
const int32 = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });

describe('embedding', () => {
  it('is the rows at the indices', () => {
    expect(embedding(weight, [3, 0, 3]).toArray()).toEqual([table[3], table[0], table[3]]);
    expect(embedding(weight, int32([[1], [2]])).toArray()).toEqual([[table[1]], [table[2]]]);
  });

  it('counts each row as often as it is there in the gradient, and the padding never', () => {
    const count = (options: object): unknown =>
      grad((w: Tensor) => embedding(w, [1, 1, 4], options).sum())(weight).toArray();
    expect(count({})).toEqual([
      [0, 0],
      [2, 2],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
    for (const paddingIndex of [1, -4])
      expect(count({ paddingIndex })).toEqual([
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
        [1, 1],
      ]);
    expect(embedding(weight, [1, 2], { paddingIndex: 1 }).toArray()).toEqual([table[1], table[2]]);
  });

  it('refuses indices that are none, and a padding that is no row', () => {
    expect(() => embedding(weight, [5])).toThrow(DomainError);
    expect(() => embedding(weight, int32([-1]))).toThrow(DomainError);
    expect(() => embedding(weight, zeros([2]))).toThrow(DTypeError);
    for (const paddingIndex of [5, -6, 0.5]) {
      expect(() => embedding(weight, [0], { paddingIndex })).toThrow(
        `embedding: expected a paddingIndex from -5 to 4; got ${paddingIndex}`,
      );
    }
  });

  it('as a module starts standard normal, its padding at 0', () => {
    const layer = new Embedding(4, 3, { generator: new Generator(2), paddingIndex: -1, dtype: 'float64' });
    const drawn = new Generator(2).normal([4, 3], float64).toArray() as number[][];
    expect(layer.weight.value.toArray()).toEqual([...drawn.slice(0, 3), [0, 0, 0]]);
    const { gradients } = valueAndGrad(() => layer.forward(int32([3, 0])).sum(), layer.parameters());
    expect(gradients[0]?.sum({ axis: 1 }).toArray()).toEqual([3, 0, 0, 0]);
    expect(() => new Embedding(0, 3, { generator: new Generator(2) })).toThrow(ConfigError);
    expect(() => new Embedding(2, 3, { generator: new Generator(2), paddingIndex: 2 })).toThrow(ConfigError);
  });
});

const modes = ['mean', 'sum', 'max'] as const;
const bags = fc.array(fc.array(fc.nat(4), { maxLength: 4 }), { minLength: 1, maxLength: 4 });

/** The bag by its definition, without the padding. */
function naive(bag: readonly number[], mode: (typeof modes)[number], padding?: number): number[] {
  const rows = bag.filter((index) => index !== padding).map((index) => table[index] as number[]);
  return [0, 1].map((column) => {
    const values = rows.map((row) => row[column] as number);
    if (values.length === 0) return 0;
    if (mode === 'max') return Math.max(...values);
    const total = values.reduce((sum, value) => sum + value, 0);
    return mode === 'sum' ? total : total / values.length;
  });
}

describe('embeddingBag', () => {
  it('is the mean, sum or maximum of each bag, and 0 of an empty one', () => {
    fc.assert(
      fc.property(
        bags,
        fc.constantFrom(...modes),
        fc.option(fc.nat(4), { nil: undefined }),
        (lists, mode, padding) => {
          const offsets = lists.map((_, i) =>
            lists.slice(0, i).reduce((total, { length }) => total + length, 0),
          );
          const options: EmbeddingBagOptions = {
            mode,
            ...(padding !== undefined && { paddingIndex: padding }),
          };
          const expected = lists.map((bag) => naive(bag, mode, padding));
          const listed = embeddingBag(weight, int32(lists.flat()), { ...options, offsets });
          expect(listed.toArray()).toEqual(expected);
          const [first = []] = lists;
          const square = tensor([...first, ...first], { dtype: 'int32', shape: [2, first.length] });
          expect(embeddingBag(weight, square, options).toArray()).toEqual([expected[0], expected[0]]);
        },
      ),
    );
  });

  it('has derivatives that agree with differences, of rows and of weights of samples', () => {
    const offsets = int32([0, 2, 2]);
    const indices = [1, 4, 0, 1, 3];
    for (const mode of modes) {
      const f = (w: Tensor): Tensor => embeddingBag(w, indices, { mode, offsets, paddingIndex: 3 });
      expect(checkGradients((w) => f(w).mul(f(w)), [weight]).toString(), mode).toMatch(/agree/);
    }
    const g = (w: Tensor, s: Tensor): Tensor =>
      embeddingBag(w, indices, { mode: 'sum', offsets, perSampleWeights: s });
    const samples = new Generator(4).normal([5], float64);
    expect(checkGradients(g, [weight, samples]).toString()).toMatch(/agree/);
  });

  it('weighs rows in a sum', () => {
    const perSampleWeights = tensor([2, -1], float64);
    const y = embeddingBag(weight, [0, 1], { mode: 'sum', offsets: [0], perSampleWeights });
    const [a, b] = [table[0] as number[], table[1] as number[]];
    expect(y.toArray()).toEqual([[0, 1].map((i) => 2 * (a[i] as number) - (b[i] as number))]);
  });

  it('refuses what does not belong together', () => {
    expect(() => embeddingBag(weight, [0, 1])).toThrow(ShapeError);
    expect(() => embeddingBag(weight, int32([[0]]), { offsets: [0] })).toThrow(ShapeError);
    for (const offsets of [[1], [0, 2, 1], [0, 3], [0, 0.5]])
      expect(() => embeddingBag(weight, [0, 1], { offsets })).toThrow(DomainError);
    const perSampleWeights = tensor([1, 1], float64);
    expect(() => embeddingBag(weight, [0, 1], { offsets: [0], perSampleWeights })).toThrow(ConfigError);
    const mode = 'sum';
    expect(() => embeddingBag(weight, [0], { mode, offsets: [0], perSampleWeights })).toThrow(ShapeError);
    expect(() => embeddingBag(weight, [0], { mode: 'median' as 'sum', offsets: [0] })).toThrow(ConfigError);
  });

  it('as a module keeps its mode and padding', () => {
    const layer = new EmbeddingBag(5, 2, { generator: new Generator(1), mode: 'sum', paddingIndex: 0 });
    const expected = layer.weight.value.toArray() as number[][];
    expect(layer.forward(int32([[0, 2]])).toArray()).toEqual([expected[2]]);
    expect(layer.forward(int32([2, 0]), { offsets: [0, 1] }).toArray()).toEqual([expected[2], [0, 0]]);
    expect(Object.keys(layer.stateDict())).toEqual(['weight']);
  });
});
