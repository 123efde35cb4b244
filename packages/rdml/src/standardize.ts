import type { Dataset } from '@renyi/nn';
import { type Scaling, scalingOf, standardize as scaled } from '@renyi/nn/data';

export type { Scaling } from '@renyi/nn/data';

/**
 * What the training part says about its features, or undefined where the inputs of all parts lie in [-1, 1] (images): they stay
 * as they are.
 */
export function scalingWhereNeeded(parts: readonly Dataset[], training: Dataset): Scaling | undefined {
  if (parts.every(({ inputs }) => inputs.every((value) => Math.abs(value) <= 1))) return undefined;
  return scalingOf(training);
}

/** A part of the data with its features shifted and scaled, if they need it. @throws ShapeError for the scaling of other features */
export function standardize(part: Dataset, scaling: Scaling | undefined): Dataset {
  return scaling === undefined ? part : scaled(part, scaling);
}
