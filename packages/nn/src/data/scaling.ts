import { ShapeError } from '@renyi/tensor';
import type { Dataset } from '../dataset.js';

/** How features are shifted and scaled before networks see them: plain data, needed wherever they are used. */
export interface Scaling {
  readonly means: readonly number[];
  /** 1 where there is none to divide by. */
  readonly deviations: readonly number[];
}

/**
 * The mean and deviation (divisor n) of each feature over the training part. Measure that part alone and scale all parts by it:
 * nothing about the others then leaks into training. With `channels`, one figure for each run of features / channels of them, as
 * images of [channels, height, width] want.
 * @throws ShapeError for no rows, or channels that do not divide the features @see sklearn.preprocessing.StandardScaler
 *
 * @example
 * import { Dataset } from '@renyi/nn';
 * import { scalingOf, standardize } from '@renyi/nn/data';
 * const rows = { labels: Int32Array.of(0, 1), features: 2, classes: 2 };
 * const train = new Dataset({ ...rows, inputs: Float32Array.of(0, 10, 4, 30) });
 * const scaling = scalingOf(train);
 * console.log(scaling); // => { means: [ 2, 20 ], deviations: [ 2, 10 ] }
 * console.log([...standardize(train, scaling).inputs]); // => [ -1, -1, 1, 1 ]
 */
export function scalingOf(
  training: Dataset,
  options: { readonly channels?: number | undefined } = {},
): Scaling {
  const { features } = training;
  const { channels = features } = options;
  const run = features / channels;
  if (training.size === 0 || !(channels >= 1) || !Number.isInteger(channels) || !Number.isInteger(run)) {
    throw new ShapeError('scalingOf', {
      expected: 'at least one row, and channels that divide its features',
      got: `${training.size} rows of ${features} features, ${channels} channels`,
    });
  }
  const measured = Array.from({ length: channels }, (_, channel) => measure(training, channel * run, run));
  const each = <T>(f: (figure: Figure) => T): T[] =>
    Array.from({ length: features }, (_, feature) => f(measured[Math.floor(feature / run)] as Figure));
  return { means: each(({ mean }) => mean), deviations: each(({ deviation }) => deviation) };
}

/** (x - mean) / deviation of each feature. @throws ShapeError for the scaling of other features */
export function standardize(part: Dataset, { means, deviations }: Scaling): Dataset {
  if (means.length !== part.features || deviations.length !== part.features) {
    throw new ShapeError('standardize', {
      expected: `the scaling of ${part.features} features`,
      got: `${means.length} means, ${deviations.length} deviations`,
    });
  }
  return part.mapInputs(
    (value, feature) => (value - (means[feature] as number)) / (deviations[feature] as number),
  );
}

interface Figure {
  readonly mean: number;
  /** 1 where there is none to divide by. */
  readonly deviation: number;
}

/**
 * Mean and deviation of a run of features, measured from their first value: a constant then has the mean itself and the
 * deviation 0 exactly, where the rounding of a mean would leave a tiny one to blow up whatever differs from it.
 */
function measure({ inputs, features, size }: Dataset, first: number, run: number): Figure {
  const origin = inputs[first] as number;
  const total = (f: (value: number) => number): number => {
    let sum = 0;
    for (let row = 0; row < size; row++) {
      const start = row * features + first;
      for (let i = start; i < start + run; i++) sum += f(inputs[i] as number);
    }
    return sum;
  };
  const mean = origin + total((value) => value - origin) / (size * run);
  const squares = total((value) => (value - mean) ** 2);
  return { mean, deviation: Math.sqrt(squares / (size * run)) || 1 };
}
