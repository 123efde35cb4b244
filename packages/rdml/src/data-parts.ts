import { type Dataset, stratifiedSplit } from '@renyi/nn';
import { DomainError, type Generator } from '@renyi/tensor';
import { studentConfig, type TrainingConfig } from './config.js';
import { inputOf } from './model-setting.js';
import { type Scaling, scalingWhereNeeded, standardize } from './standardize.js';

/** The data as it is used: three parts, none of which has a row of another. */
export interface DataParts {
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
  /** What was done to the features of all three. */
  readonly scaling: Scaling | undefined;
}

/**
 * Splits the data class by class, and scales its features where they need it, by what the training part alone says:
 * images for networks that take images by one mean and deviation a channel.
 * @param root from the seed of the run: the first generator that is split from it draws which rows go where
 * @param given the test part of data that come with one: all others are then for training and validation
 * @throws DomainError when the data has too few rows to split, or too few of a class to train on it
 */
export function dataParts(
  dataset: Dataset,
  config: TrainingConfig,
  root: Generator,
  given?: Dataset,
): DataParts {
  const { testFraction, validationFraction } = config;
  const fractions = given === undefined ? [testFraction, validationFraction] : [validationFraction];
  const split = stratifiedSplit(dataset, fractions, root.split());
  const parts = (given === undefined ? split : [given, ...split]) as [Dataset, Dataset, Dataset];
  checkClasses(dataset, parts[2]);
  const scaling = scalingWhereNeeded(parts, parts[2], channelsOf(dataset, config));
  const [test, validation, train] = parts.map((part) => standardize(part, scaling)) as [
    Dataset,
    Dataset,
    Dataset,
  ];
  return { train, validation, test, scaling };
}

/** How many channels the rows have, where they are images and some student sees them as such. */
function channelsOf({ shape }: Dataset, config: TrainingConfig): number | undefined {
  const students = Array.from({ length: config.students }, (_, k) => studentConfig(config, k));
  const areImages = shape.length === 3 && students.some(({ model }) => inputOf(model) === 'images');
  return areImages ? shape[0] : undefined;
}

/** @throws DomainError for a class that the data has and its training part has not: no network would ever see it */
function checkClasses(dataset: Dataset, train: Dataset): void {
  const seen = new Set(train.labels);
  const unseen = dataset.labels.find((label) => !seen.has(label));
  if (unseen === undefined) return;
  throw new DomainError('Training', {
    expected: 'rows of every class in the training part',
    got: `none of class ${unseen}`,
    difference: `${dataset.labels.filter((label) => label === unseen).length} of ${dataset.size} rows of ${dataset.name} have it`,
    remedy: 'Add rows of that class, or lower the fractions that are held back',
  });
}
