import { Dataset } from '@renyi/nn';
import { describe, expect, it } from 'vitest';
import { scalingWhereNeeded, standardize } from './standardize.js';

function dataset(inputs: readonly number[], features: number): Dataset {
  const rows = inputs.length / features;
  return new Dataset({
    inputs: Float32Array.from(inputs),
    labels: new Int32Array(rows),
    features,
    classes: 1,
  });
}

/** All parts by the scaling of the reference. */
function standardized(parts: readonly Dataset[], reference: Dataset): Dataset[] {
  const scaling = scalingWhereNeeded(parts, reference);
  return parts.map((part) => standardize(part, scaling));
}

describe('standardize', () => {
  it('leaves parts within [-1, 1] as they are', () => {
    const part = dataset([-1, 0, 0.5, 1], 2);
    expect(scalingWhereNeeded([part], part)).toBeUndefined();
    expect(standardized([part], part)).toEqual([part]);
  });

  it('makes mean 0 and deviation 1 of each feature of the reference, and moves the other parts by the same', () => {
    const train = dataset([0, 10, 4, 30], 2);
    const test = dataset([2, 20], 2);
    const [scaled, other] = standardized([train, test], train);
    expect(Array.from(scaled?.inputs ?? [])).toEqual([-1, -1, 1, 1]);
    expect(Array.from(other?.inputs ?? [])).toEqual([0, 0]);
  });

  it('only shifts a constant that no binary fraction is, so that another value stays near it', () => {
    const constant = dataset(Array<number>(37).fill(1000.1), 1);
    const [scaled, other] = standardized([constant, dataset([1001.1], 1)], constant);
    expect(new Set(scaled?.inputs)).toEqual(new Set([0]));
    // Both were rounded to float32 where a unit in the last place is 2^-14.
    expect(Math.abs((other?.inputs[0] as number) - 1)).toBeLessThanOrEqual(2 ** -14);
  });

  it('only shifts a feature that never changes', () => {
    const constant = dataset([7, 7, 7], 1);
    expect(Array.from(standardized([constant], constant)[0]?.inputs ?? [])).toEqual([0, 0, 0]);
  });
});
