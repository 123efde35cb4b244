import { ShapeError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Dataset } from '../dataset.js';
import { scalingOf, standardize } from './scaling.js';

function dataset(inputs: readonly number[], features: number): Dataset {
  const labels = new Int32Array(inputs.length / features);
  return new Dataset({ inputs: Float32Array.from(inputs), labels, features, classes: 1 });
}

describe('scalingOf and standardize', () => {
  it('make mean 0 and deviation 1 of each feature of the training part, and move others by the same', () => {
    const scaling = scalingOf(dataset([0, 10, 4, 30], 2));
    expect([...standardize(dataset([2, 20, 4, 0], 2), scaling).inputs]).toEqual([0, 0, 1, -2]);
  });

  it('measure the features of a channel together', () => {
    const scaling = scalingOf(dataset([0, 4, 10, 30], 4), { channels: 2 });
    expect(scaling).toEqual({ means: [2, 2, 20, 20], deviations: [2, 2, 10, 10] });
  });

  it('only shift a constant that no binary fraction is, so that another value stays near it', () => {
    const scaling = scalingOf(dataset(Array<number>(37).fill(1000.1), 1));
    expect(scaling).toEqual({ means: [Math.fround(1000.1)], deviations: [1] });
  });

  it('refuse no rows, channels that do not divide the features, and the scaling of others', () => {
    expect(() => scalingOf(dataset([], 2))).toThrow(ShapeError);
    for (const channels of [0, 3, -2, 0.5, Number.NaN])
      expect(() => scalingOf(dataset([1, 2], 2), { channels })).toThrow(ShapeError);
    expect(() => standardize(dataset([1, 2], 2), { means: [0], deviations: [1] })).toThrow(
      'the scaling of 2 features; got 1 means, 1 deviations',
    );
  });
});
