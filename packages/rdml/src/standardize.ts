import type { Dataset } from '@renyi/nn';
import { type Scaling, scalingOf, standardize as scaled } from '@renyi/nn/data';

export type { Scaling } from '@renyi/nn/data';

/**
 * What the training part says about its features, or undefined where the inputs of all parts lie in [-1, 1]: they stay
 * as they are, as do numbers of words and characters.
 * @param channels of images, each of which has one mean and deviation; images are scaled in any case
 */
export function scalingWhereNeeded(
  parts: readonly Dataset[],
  training: Dataset,
  channels?: number,
): Scaling | undefined {
  if (training.dtype === 'int32') return undefined;
  if (channels !== undefined) return scalingOf(training, { channels });
  if (parts.every(({ inputs }) => inputs.every((value) => Math.abs(value) <= 1))) return undefined;
  return scalingOf(training);
}

/** A part of the data with its features shifted and scaled, if they need it. @throws ShapeError for the scaling of other features */
export function standardize(part: Dataset, scaling: Scaling | undefined): Dataset {
  return scaling === undefined ? part : scaled(part, scaling);
}
