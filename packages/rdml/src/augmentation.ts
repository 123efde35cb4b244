import {
  compose,
  randomCrop,
  randomFlip,
  randomRotation,
  type Scaling,
  type Transform,
} from '@renyi/nn/data';
import { add, ConfigError, sub, tensor } from '@renyi/tensor';
import type { Augmentation } from './model-setting.js';

/**
 * What is done to a batch of images at random: cropped, mirrored and turned, in this order. What comes in from outside an
 * image is black, also where images are scaled.
 * @returns undefined where nothing is done
 * @throws ConfigError for rows that are no images
 */
export function augmentationOf(
  { crop, flip, rotation }: Augmentation,
  shape: readonly number[],
  scaling: Scaling | undefined,
): Transform | undefined {
  const parts = [
    ...(crop === undefined ? [] : [randomCrop(crop)]),
    ...(flip === undefined ? [] : [randomFlip(flip)]),
    ...(rotation === undefined ? [] : [randomRotation(rotation)]),
  ];
  if (parts.length === 0) return undefined;
  if (shape.length !== 3) {
    throw new ConfigError('Training', {
      expected: 'images, where augment is set',
      got: `rows of shape [${shape.join(', ')}]`,
    });
  }
  const augment = compose(...parts);
  if (scaling === undefined) return augment;
  const { means, deviations } = scaling;
  const values = Float32Array.from(means, (mean, i) => -mean / (deviations[i] as number));
  return (images, generator) => {
    const black = tensor(values, { shape, backend: images.storage.backend });
    return add(augment(sub(images, black), generator), black);
  };
}
