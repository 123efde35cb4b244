import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FormatError } from '@renyi/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { loadData, loadFeatures } from './load.js';

const folder = mkdtempSync(join(tmpdir(), 'rdml-idx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function idx(shape: readonly number[], values: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  for (const [axis, extent] of shape.entries()) head.writeUInt32BE(extent, 4 + 4 * axis);
  return Buffer.concat([head, Buffer.from(values)]);
}

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const images = idx([3, 1, 2], [0, 255, 51, 102, 153, 204]);
const labels = idx([3], [1, 0, 1]);

describe('images in the IDX format', () => {
  test('are known by their first bytes, compressed or not, and find the labels beside them', async () => {
    file('t-labels-idx1-ubyte.gz', gzipSync(labels));
    const path = file('t-images-idx3-ubyte.gz', gzipSync(images));
    const { dataset } = await loadData({ file: path, label: undefined });
    expect(dataset).toMatchObject({ name: 't', features: 2, classes: 2, labels: Int32Array.of(1, 0, 1) });
    expect([...dataset.inputs]).toEqual([0, 1, 0.2, 0.4, 0.6, 0.8].map(Math.fround));
    const plain = { file: file('pictures', images), label: file('answers', labels) };
    expect((await loadData(plain)).dataset.labels).toEqual(dataset.labels);
  });

  test.each<[string, Buffer, Buffer, RegExp]>([
    [
      'cut off',
      images.subarray(0, -1),
      labels,
      /expected 6 bytes after the header, for \[3, 1, 2\].*; got 5/,
    ],
    ['too long', Buffer.concat([images, labels]), labels, /expected 6 bytes after the header/],
    ['cut off in the header', images.subarray(0, 9), labels, /expected a header of 16 bytes/],
    ['with other labels', images, idx([2], [0, 1]), /expected 3 labels in .*; got \[2\]/],
    [
      'with text for labels',
      images,
      Buffer.from('1,0,1'),
      /expected the IDX format.* in .*; got bytes 49, 44, 48, 44/,
    ],
    ['with no images', idx([0, 1, 2], []), idx([0], []), /at least one/],
    ['that claim to be huge', idx([2 ** 31, 2 ** 31], []), labels, /after the header/],
    [
      'with damaged gzip for labels',
      images,
      gzipSync(labels).subarray(0, 15),
      /complete gzip data in .*unexpected end/,
    ],
  ])('%s are refused', async (_, bytes, answers, message) => {
    const reading = loadData({ file: file('bad', bytes), label: file('bad-labels', answers) });
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(message);
  });

  test('are read without labels where they are to be predicted, if they have the size of those in training', async () => {
    const options = { features: 2, label: undefined, known: { classes: 2, names: undefined } };
    expect(await loadFeatures(file('new', images), options)).toMatchObject({ rows: 3 });
    await expect(loadFeatures(file('new', images), { ...options, features: 3 })).rejects.toThrow(
      /expected images of 3 values in .*; got 2 values/,
    );
  });

  test('without a file of labels are refused', async () => {
    const reading = loadData({ file: file('alone', images), label: undefined });
    await expect(reading).rejects.toThrow(/a file of labels beside .*Name it with --label/);
  });
});
