import { FormatError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { bytesOf, gzip, idxFile } from './files.testing.js';
import { decodeIdx, readIdx } from './idx.js';

const images = idxFile([2, 1, 2], [0, 255, 51, 102]);
const labels = idxFile([2], [1, 0]);

describe('decodeIdx', () => {
  it.each<[string, number, number[], number[]]>([
    ['unsigned bytes', 8, [254, 1], [254, 1]],
    ['signed bytes', 9, [254, 1], [-2, 1]],
    ['int16', 11, [255, 254, 1, 0], [-2, 256]],
    ['int32', 12, [255, 255, 255, 254, 0, 0, 1, 0], [-2, 256]],
    ['float32', 13, [0xbf, 0x80, 0, 0, 0x3f, 0, 0, 0], [-1, 0.5]],
    ['float64', 14, [0xbf, 0xf0, 0, 0, 0, 0, 0, 0, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], [-1, 0.5]],
  ])('reads %s, big-endian', async (_, type, bytes, expected) => {
    const { shape, values } = await decodeIdx(idxFile([1, 2], bytes, type));
    expect([shape, [...values]]).toEqual([[1, 2], expected]);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'got bytes '],
    [
      'text',
      bytesOf('1,2,3'),
      'expected the IDX format: 0, 0, a type and a number of axes; got bytes 49, 44',
    ],
    ['a type that there is not', idxFile([1], [1], 10), 'got bytes 0, 0, 10, 1'],
    ['a header that is cut off', images.subarray(0, 9), 'a header of 16 bytes; got 9 bytes'],
    ['a body that is cut off', images.subarray(0, -1), '4 bytes after the header, for [2, 1, 2]; got 3'],
    [
      'a body that is too long',
      Uint8Array.of(...images, 1),
      '4 bytes after the header, for [2, 1, 2]; got 5',
    ],
    ['a claim to be huge', idxFile([2 ** 31, 2 ** 31, 2 ** 31], [1]), 'got 1'],
    ['gzip that is cut off', gzip(images).subarray(0, 20), 'expected complete gzip data'],
  ])('refuses %s', async (_, bytes, message) => {
    const reading = decodeIdx(bytes);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(message);
  });
});

describe('readIdx', () => {
  it('divides bytes by 255, compressed or not', async () => {
    for (const pack of [gzip, (bytes: Uint8Array) => bytes]) {
      const dataset = await readIdx(pack(images), pack(labels), { name: 'two' });
      expect(dataset).toMatchObject({ size: 2, features: 2, classes: 2, name: 'two' });
      expect([...dataset.inputs]).toEqual([0, 1, Math.fround(0.2), Math.fround(0.4)]);
      expect([...dataset.labels]).toEqual([1, 0]);
    }
  });

  it('has the classes that it is told, when the file has not all of them', async () => {
    expect((await readIdx(images, labels, { classes: 10 })).classes).toBe(10);
    await expect(readIdx(images, labels, { classes: 1 })).rejects.toThrow(
      'labels from 0 to 0; got 1 in row 0',
    );
  });

  it('refuses files that do not belong together, and labels that are no classes', async () => {
    await expect(readIdx(images, idxFile([3], [0, 1, 0]))).rejects.toThrow(
      'images, and a label for each; got images [2, 1, 2] and labels [3]',
    );
    await expect(readIdx(images, idxFile([2], [255, 0], 9))).rejects.toThrow(
      'labels that are whole numbers from 0; got -1 for image 0',
    );
  });
});
