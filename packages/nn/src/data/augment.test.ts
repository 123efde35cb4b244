import { ConfigError, Generator, ShapeError, type Tensor, tensor, zeros } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { compose, normalizeChannels, randomCrop, randomFlip, randomRotation, rotated } from './augment.js';
import type { Transform } from './batch.js';

/** The same image many times, so that every choice occurs. */
function copies(image: readonly (readonly number[])[]): Tensor {
  return tensor(Array.from({ length: 60 }, () => [image, image]) as unknown as number[][][][]);
}

const distinct = (images: Tensor): Set<string> =>
  new Set((images.toArray() as unknown[]).map((image) => JSON.stringify(image)));
const image = [
  [1, 2, 3],
  [4, 5, 6],
];

describe('augmentations', () => {
  it('crop to every shift of the padding, channels together', () => {
    const shifted = (down: number, right: number): number[][] =>
      image.map((row, y) => row.map((_, x) => image[y + down]?.[x + right] ?? 0));
    const shifts = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => shifted(down, right)));
    const expected = new Set(shifts.map((crop) => JSON.stringify([crop, crop])));
    expect(distinct(randomCrop(1)(copies(image), new Generator(0)))).toEqual(expected);
    expect(distinct(randomCrop(0)(copies(image), new Generator(0)))).toEqual(distinct(copies(image)));
  });

  it('flip left to right with their probability', () => {
    const mirror = image.map((row) => [...row].reverse());
    const flipped = (p?: number): Set<string> => distinct(randomFlip(p)(copies(image), new Generator(0)));
    const [same, other] = [distinct(copies(image)), distinct(copies(mirror))];
    expect([flipped(0), flipped(1)]).toEqual([same, other]);
    expect(flipped()).toEqual(new Set([...same, ...other]));
  });

  it('turn counterclockwise: a quarter turn is a transposition and a flip', () => {
    const from = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const to = new Float32Array(9);
    rotated(Math.PI / 2)(from, to, { channels: 1, height: 3, width: 3 });
    // The cosine of a quarter turn is 6e-17 and not 0: a border pixel may lose that much of its weight, below float32's rounding.
    expect([...to]).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    const still = randomRotation(0)(copies(image), new Generator(0));
    expect(distinct(still)).toEqual(distinct(copies(image)));
    expect(distinct(randomRotation(30)(copies(image), new Generator(0))).size).toBe(60);
  });

  it('normalize channels to mean 0 and deviation 1', () => {
    const images = tensor([[[[1, 3]], [[10, 30]]]]);
    const normal = normalizeChannels([2, 20], [1, 10])(images, new Generator(0));
    expect(normal.toArray()).toEqual([[[[-1, 1]], [[-1, 1]]]]);
  });

  it('give the same for the same generator, and draw apart from each other in a row', () => {
    const both = compose(randomCrop(1), randomFlip());
    const once = both(copies(image), new Generator(3));
    expect(both(copies(image), new Generator(3)).toArray()).toEqual(once.toArray());
    const greedy: Transform = (images, generator) => {
      generator.uniform([7]);
      return images;
    };
    const plain: Transform = (images) => images;
    const after = (first: Transform): unknown =>
      compose(first, randomFlip())(copies(image), new Generator(3)).toArray();
    expect(after(greedy)).toEqual(after(plain));
  });

  it('refuse settings that are none, and what are no images', () => {
    for (const make of [
      () => randomCrop(-1),
      () => randomCrop(0.5),
      () => randomFlip(2),
      () => randomRotation(Number.NaN),
    ])
      expect(make).toThrow(ConfigError);
    for (const transform of [randomCrop(1), randomFlip(), randomRotation(5), normalizeChannels([0], [1])])
      expect(() => transform(zeros([2, 9]), new Generator(0))).toThrow(ShapeError);
    expect(() => normalizeChannels([0], [0])(zeros([1, 1, 2, 2]), new Generator(0))).toThrow(ShapeError);
    expect(() => normalizeChannels([0], [1])(zeros([1, 2, 2, 2]), new Generator(0))).toThrow(ShapeError);
  });
});
