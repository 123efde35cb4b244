import { ConfigError, DomainError, FormatError, Generator, ShapeError } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dataset, type DatasetInit, stratifiedSplit } from './dataset.js';

const init: DatasetInit = {
  inputs: Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31),
  labels: Int32Array.of(2, 0, 2, 0),
  features: 2,
  classes: 3,
  name: 'four',
};
const four = new Dataset(init);

/** Rows that carry their number as their only feature. */
function numbered(labels: ArrayLike<number>, classes: number): Dataset {
  const inputs = Float32Array.from({ length: labels.length }, (_, row) => row);
  return new Dataset({ inputs, labels: Int32Array.from(labels), features: 1, classes });
}

describe('Dataset', () => {
  it('holds what it was given, and is called data unless it has a name', () => {
    expect(four).toMatchObject({ size: 4, features: 2, classes: 3, name: 'four' });
    expect(four.inputs).toBe(init.inputs);
    expect(numbered([0], 1).name).toBe('data');
  });

  it('gives rows the shape and type that they are told to have, also in parts of it', () => {
    const images = new Dataset({
      ...init,
      inputs: new Float32Array(16).fill(3),
      features: 4,
      shape: [1, 2, 2],
    });
    expect(images.tensors().inputs.shape).toEqual([4, 1, 2, 2]);
    expect(images.subset([2, 0]).batch([1]).inputs.shape).toEqual([1, 1, 2, 2]);
    expect(images.mapInputs((x) => x / 2).shape).toEqual([1, 2, 2]);
    const words = four.with({ dtype: 'int32' }).subset([3]);
    expect(words.tensors().inputs.dtype).toBe('int32');
    expect(words.tensors().inputs.toArray()).toEqual([[30, 31]]);
  });

  it('may have no rows, and classes that do not occur', () => {
    const { inputs, labels } = numbered([], 5).tensors();
    expect([inputs.shape, labels.shape]).toEqual([[0, 1], [0]]);
  });

  it.each<[string, Partial<DatasetInit>, new (...args: never[]) => Error, string]>([
    ['no features', { features: 0 }, ConfigError, 'a whole number of features, at least 1; got 0'],
    ['half a feature', { features: 2.5 }, ConfigError, 'features, at least 1; got 2.5'],
    ['NaN features', { features: Number.NaN }, ConfigError, 'got NaN'],
    [
      'no classes',
      { classes: 0, labels: Int32Array.of(), inputs: Float32Array.of() },
      ConfigError,
      'classes',
    ],
    ['half a class', { classes: 2.5 }, ConfigError, 'a whole number of classes, at least 1; got 2.5'],
    ['NaN classes', { classes: Number.NaN }, ConfigError, 'a whole number of classes, at least 1; got NaN'],
    [
      'a row that is not whole',
      { inputs: new Float32Array(7) },
      ShapeError,
      '4 rows of 2 features; got 7 numbers',
    ],
    ['fewer labels', { labels: Int32Array.of(0, 1) }, ShapeError, '2 rows of 2 features; got 8 numbers'],
    ['another shape', { shape: [3] }, ShapeError, 'a shape of 2 elements, the features of a row; got [3]'],
    [
      'half a word',
      { dtype: 'int32', inputs: init.inputs.with(5, 0.5) },
      FormatError,
      'whole numbers as inputs; got 0.5 in row 2, feature 1 of four',
    ],
    ['a label beyond', { classes: 2 }, FormatError, 'labels from 0 to 1; got 2 in row 0 of four'],
    ['a label below', { labels: Int32Array.of(0, 0, -1, 0) }, FormatError, 'got -1 in row 2 of four'],
    ['NaN', { inputs: init.inputs.with(5, Number.NaN) }, FormatError, 'got NaN in row 2, feature 1 of four'],
    [
      'infinity',
      { inputs: init.inputs.with(0, -Infinity) },
      FormatError,
      'got -Infinity in row 0, feature 0 of four',
    ],
  ])('refuses %s', (_, changes, error, message) => {
    const make = (): Dataset => new Dataset({ ...init, ...changes });
    expect(make).toThrow(error);
    expect(make).toThrow(message);
  });
});

describe('parts of a data set', () => {
  it('subset has the given rows in the given order, again where they repeat', () => {
    const { inputs, labels, features, classes, name } = four.subset([3, 0, 3]);
    expect(inputs).toEqual(Float32Array.of(30, 31, 0, 1, 30, 31));
    expect(labels).toEqual(Int32Array.of(0, 2, 0));
    expect({ features, classes, name }).toEqual({ features: 2, classes: 3, name: 'four' });
    expect(four.subset([]).size).toBe(0);
  });

  it('batch is the subset as tensors: float32 [rows, features] and int32 [rows]', () => {
    const { inputs, labels } = four.batch(Int32Array.of(2, 1));
    expect([inputs.shape, inputs.dtype, inputs.toArray()]).toEqual([
      [2, 2],
      'float32',
      [
        [20, 21],
        [10, 11],
      ],
    ]);
    expect([labels.shape, labels.dtype, labels.toArray()]).toEqual([[2], 'int32', [2, 0]]);
    expect(four.batch([]).inputs.shape).toEqual([0, 2]);
    expect(four.tensors().inputs.toArray()).toEqual(four.batch([0, 1, 2, 3]).inputs.toArray());
  });

  it('are copies: what becomes of them does not touch the whole, nor the other way round', () => {
    const own = new Dataset({ ...init, inputs: init.inputs.slice(), labels: init.labels.slice() });
    const part = own.subset([0, 1]);
    const { inputs, labels } = own.batch([0, 1]);
    const all = own.tensors();
    part.inputs.fill(-1);
    part.labels.fill(1);
    expect(own.inputs).toEqual(init.inputs);
    expect(own.labels).toEqual(init.labels);
    own.inputs.fill(-2);
    own.labels.fill(1);
    expect([inputs.toArray(), labels.toArray()]).toEqual([
      [
        [0, 1],
        [10, 11],
      ],
      [2, 0],
    ]);
    expect(all.labels.toArray()).toEqual([2, 0, 2, 0]);
  });

  it.each([-1, 4, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses row %s', (row) => {
    expect(() => four.subset([0, row])).toThrow(DomainError);
    expect(() => four.subset([0, row])).toThrow(`Dataset.subset: expected rows from 0 to 3; got ${row}`);
    expect(() => four.batch([0, row])).toThrow(`Dataset.batch: expected rows from 0 to 3; got ${row}`);
  });

  it('mapInputs knows the feature, keeps the labels, and refuses what is not finite', () => {
    const mapped = four.mapInputs((value, feature) => (feature === 0 ? value : -value));
    expect(mapped.inputs).toEqual(Float32Array.of(0, -1, 10, -11, 20, -21, 30, -31));
    expect(mapped).toMatchObject({ labels: four.labels, features: 2, classes: 3, name: 'four' });
    expect(four.inputs[1]).toBe(1);
    expect(() => four.mapInputs((value) => 1 / value)).toThrow(FormatError);
  });
});

describe('stratifiedSplit', () => {
  const labelled = fc.record({
    labels: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 200 }),
    fractions: fc.array(fc.double({ min: 0.05, max: 0.3, noNaN: true }), { maxLength: 3 }),
    seed: fc.nat(),
  });

  it('puts every row into exactly one part, and of each class its share to within one row', () => {
    fc.assert(
      // Class 5 never occurs.
      fc.property(labelled, ({ labels, fractions, seed }) => {
        const whole = numbered(labels, 6);
        let parts: Dataset[];
        try {
          parts = stratifiedSplit(whole, fractions, new Generator(seed));
        } catch (error) {
          // Too few rows for so many parts.
          expect(error).toBeInstanceOf(DomainError);
          return;
        }
        expect(parts).toHaveLength(fractions.length + 1);
        const rows = parts.flatMap(({ inputs }) => Array.from(inputs));
        expect(rows.sort((a, b) => a - b)).toEqual(labels.map((_, row) => row));
        const shares = [...fractions, 1 - fractions.reduce((a, b) => a + b, 0)];
        for (const [i, part] of parts.entries()) {
          expect(Array.from(part.labels)).toEqual(Array.from(part.inputs, (row) => labels[row]));
          expect(Array.from(part.inputs)).toEqual(Array.from(part.inputs).sort((a, b) => a - b));
          for (let label = 0; label < 6; label++) {
            const all = labels.filter((own) => own === label).length;
            const own = part.labels.filter((each) => each === label).length;
            expect(Math.abs(own - (shares[i] as number) * all)).toBeLessThanOrEqual(1 + 1e-9);
          }
        }
      }),
    );
  });

  it('is random: over many seeds each row is in a part as often as any other', () => {
    const whole = numbered(
      Array.from({ length: 20 }, (_, row) => row % 2),
      2,
    );
    const counts = new Array<number>(20).fill(0);
    const rounds = 500;
    for (let seed = 0; seed < rounds; seed++) {
      const [part] = stratifiedSplit(whole, [0.3], new Generator(seed));
      for (const row of part?.inputs ?? []) counts[row]! += 1;
    }
    // Binomial, mean 150 and deviation 10.2.
    for (const count of counts)
      expect(Math.abs(count - 0.3 * rounds)).toBeLessThan(4.5 * Math.sqrt(rounds * 0.3 * 0.7));
  });

  it('is the same for the same generator state', () => {
    const whole = numbered(
      Array.from({ length: 50 }, (_, row) => row % 3),
      3,
    );
    const split = (seed: number): number[][] =>
      stratifiedSplit(whole, [0.2, 0.3], new Generator(seed)).map(({ inputs }) => Array.from(inputs));
    expect(split(1)).toEqual(split(1));
    expect(split(1)).not.toEqual(split(2));
  });

  it('takes 300,000 rows of one class', () => {
    const whole = numbered(new Uint8Array(300_000), 1);
    expect(stratifiedSplit(whole, [0.5], new Generator(0)).map(({ size }) => size)).toEqual([
      150_000, 150_000,
    ]);
  });

  it.each([
    [[0]],
    [[-0.1]],
    [[1]],
    [[0.5, 0.5]],
    [[0.7, 0.4]],
    [[Number.NaN]],
    [[0.2, Number.NaN]],
    [[Infinity]],
  ])('refuses fractions %o', (fractions) => {
    const split = (): Dataset[] => stratifiedSplit(four, fractions, new Generator(0));
    expect(split).toThrow(DomainError);
    expect(split).toThrow('fractions above 0 with a sum below 1');
  });

  it('refuses to leave a part empty, and says which', () => {
    expect(() => stratifiedSplit(four, [0.6, 0.01], new Generator(0))).toThrow(
      'stratifiedSplit: expected at least one row in each of 3 parts; got none in part 1: four has 4 rows',
    );
    expect(() => stratifiedSplit(numbered([], 2), [0.5], new Generator(0))).toThrow(DomainError);
  });
});
