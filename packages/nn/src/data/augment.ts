import {
  checkTensor,
  ConfigError,
  formatShape,
  type Generator,
  referenceBackend,
  ShapeError,
  type Tensor,
  tensor,
} from '@renyi/tensor';
import { reading, type Transform } from './batch.js';

/** Writes an image [channels, height, width] into another of the same extents, which is all 0. */
type ImageMap = (from: Float32Array, to: Float32Array, extents: Extents) => void;

interface Extents {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Each image shifted by up to `padding` pixels in both directions, each shift as likely: padded with 0 on all sides and cropped to its size.
 * @throws ConfigError unless the padding is a whole number @see torchvision.transforms.RandomCrop
 *
 * @example
 * import { Generator, ones } from '@renyi/tensor';
 * import { compose, randomCrop, randomFlip } from '@renyi/nn/data';
 * const augment = compose(randomCrop(4), randomFlip());
 * console.log(augment(ones([2, 3, 32, 32]), new Generator(0)).shape); // => [ 2, 3, 32, 32 ]
 */
export function randomCrop(padding: number): Transform {
  if (!Number.isSafeInteger(padding) || padding < 0) {
    throw new ConfigError('randomCrop', { expected: 'a whole number of pixels', got: String(padding) });
  }
  const choices = 2 * padding + 1;
  return eachImage('randomCrop', (u, v) => {
    const [down, right] = [Math.floor(u * choices) - padding, Math.floor(v * choices) - padding];
    return (from, to, { channels, height, width }) => {
      for (let row = 0; row < channels * height; row++) {
        const y = (row % height) + down;
        if (y < 0 || y >= height) continue;
        for (let x = Math.max(0, -right); x < Math.min(width, width - right); x++)
          to[row * width + x] = from[(row + down) * width + x + right] as number;
      }
    };
  });
}

/** Each image mirrored left to right with probability p, by default a half. @throws ConfigError @see torchvision.transforms.RandomHorizontalFlip */
export function randomFlip(p = 0.5): Transform {
  if (!(p >= 0 && p <= 1)) {
    throw new ConfigError('randomFlip', { expected: 'a probability from 0 to 1', got: String(p) });
  }
  return eachImage('randomFlip', (u) => (from, to, { channels, height, width }) => {
    to.set(from);
    if (u >= p) return;
    for (let row = 0; row < channels * height; row++) to.subarray(row * width, (row + 1) * width).reverse();
  });
}

/**
 * Each image turned about its center by an angle from -degrees to degrees, counterclockwise, bilinear; outside it is 0.
 * @throws ConfigError unless the angle is finite and at least 0 @see torchvision.transforms.RandomRotation
 */
export function randomRotation(degrees: number): Transform {
  if (!(degrees >= 0 && Number.isFinite(degrees))) {
    const expected = 'a finite angle of at least 0 degrees';
    throw new ConfigError('randomRotation', { expected, got: String(degrees) });
  }
  return eachImage('randomRotation', (u) => rotated((((2 * u - 1) * degrees) / 180) * Math.PI));
}

/** Takes each pixel from where it was before the turn, weighted among its four neighbors. */
export function rotated(angle: number): ImageMap {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (from, to, { channels, height, width }) => {
    const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [dy, dx] = [y - middleY, x - middleX];
        const sourceY = middleY + sin * dx + cos * dy;
        const sourceX = middleX + cos * dx - sin * dy;
        const [top, left] = [Math.floor(sourceY), Math.floor(sourceX)];
        for (let corner = 0; corner < 4; corner++) {
          const [yy, xx] = [top + (corner >> 1), left + (corner & 1)];
          const weight = (1 - Math.abs(sourceY - yy)) * (1 - Math.abs(sourceX - xx));
          if (yy < 0 || yy >= height || xx < 0 || xx >= width || weight === 0) continue;
          for (let channel = 0; channel < channels; channel++) {
            const plane = channel * height;
            to[(plane + y) * width + x]! += weight * (from[(plane + yy) * width + xx] as number);
          }
        }
      }
    }
  };
}

/** (x - mean) / deviation of each channel. @throws ShapeError for other channels, or a deviation of 0 @see torchvision.transforms.Normalize */
export function normalizeChannels(means: readonly number[], deviations: readonly number[]): Transform {
  return reading((images) => {
    const { channels, height, width } = extentsOf('normalizeChannels', images);
    if (means.length !== channels || deviations.length !== channels || deviations.includes(0)) {
      const expected = `means and deviations above 0 of ${channels} channels`;
      const got = `[${means.join(', ')}] and [${deviations.join(', ')}]`;
      throw new ShapeError('normalizeChannels', { expected, got });
    }
    const values = new Float32Array(images.dataSync());
    for (let i = 0; i < values.length; i++) {
      const channel = Math.floor(i / (height * width)) % channels;
      values[i] = (values[i]! - (means[channel] as number)) / (deviations[channel] as number);
    }
    return tensor(values, { shape: images.shape, backend: images.storage.backend });
  });
}

/** One transform after the other, each with draws of its own: what one takes does not move those behind it. */
export function compose(...transforms: readonly Transform[]): Transform {
  const composed: Transform = (images, generator) =>
    transforms.reduce((held, transform) => transform(held, generator.split()), images);
  return transforms.some(({ readsInputs }) => readsInputs) ? reading(composed) : composed;
}

/** Each image of [batch, channels, height, width] by a map that two uniform draws choose. */
function eachImage(operation: string, choose: (u: number, v: number) => ImageMap): Transform {
  return reading((images, generator) => mapped(operation, images, generator, choose));
}

function mapped(
  operation: string,
  images: Tensor,
  generator: Generator,
  choose: (u: number, v: number) => ImageMap,
): Tensor {
  const extents = extentsOf(operation, images);
  const size = extents.channels * extents.height * extents.width;
  const count = images.shape[0] as number;
  const from = new Float32Array(images.dataSync());
  const to = new Float32Array(from.length);
  const draws = generator.uniform([count, 2], { dtype: 'float64', backend: referenceBackend }).dataSync();
  for (let i = 0; i < count; i++) {
    const [start, end] = [i * size, (i + 1) * size];
    const map = choose(draws[2 * i] as number, draws[2 * i + 1] as number);
    map(from.subarray(start, end), to.subarray(start, end), extents);
  }
  return tensor(to, { shape: images.shape, backend: images.storage.backend });
}

function extentsOf(operation: string, images: Tensor): Extents {
  checkTensor(operation, images);
  const [, channels = 0, height = 0, width = 0] = images.shape;
  if (images.rank === 4) return { channels, height, width };
  throw new ShapeError(operation, {
    expected: 'images [batch, channels, height, width]',
    got: formatShape(images.shape),
    remedy: 'Give the loader the shape of an image',
  });
}
