import { ConfigError, FormatError, tensor } from '@renyi/tensor';
import { encodeNpy, encodeNpz } from '@renyi/tensor/files';
import { describe, expect, it } from 'vitest';
import type { DataFile } from './data-file.js';
import { bytesOf, cifarRecords, gzip, idxFile, tarFile } from './files.testing.js';
import { readImageFolder } from './image-folder.js';
import { pngFile } from './images/png.testing.js';
import { type NumberData, readData, type ReadDataOptions, type TextData } from './read-data.js';

type Files = Readonly<Record<string, Uint8Array | string>>;

const listed = (files: Files): DataFile[] =>
  Object.entries(files).map(([name, content]) => ({
    name,
    bytes: typeof content === 'string' ? bytesOf(content) : content,
  }));

async function numbers(files: Files, options?: ReadDataOptions): Promise<NumberData> {
  const data = await readData(listed(files), options);
  if (data.kind === 'numbers') return data;
  throw new Error('texts');
}

async function texts(files: Files, options?: ReadDataOptions): Promise<TextData> {
  const data = await readData(listed(files), options);
  if (data.kind === 'texts') return data;
  throw new Error('numbers');
}

const gray = (...samples: readonly number[]): Uint8Array =>
  pngFile({ width: samples.length, height: 1, depth: 8, colorType: 0, samples });

const images = idxFile([2, 1, 2], [0, 255, 51, 102]);
const labels = idxFile([2], [1, 0]);

describe('readData', () => {
  it('reads images and labels in IDX, which is which told by their shapes, with a test part told by the names', async () => {
    const data = await numbers({
      'a/train-labels-idx1-ubyte.gz': gzip(labels),
      'a/t10k-labels-idx1-ubyte': idxFile([1], [0]),
      'a/train-images-idx3-ubyte.gz': gzip(images),
      'a/t10k-images-idx3-ubyte': idxFile([1, 1, 2], [51, 102]),
      'a/.DS_Store': new Uint8Array(3),
    });
    expect(data).toMatchObject({ format: 'idx', shape: [1, 1, 2], classNames: undefined });
    expect([...data.train.inputs]).toEqual([0, 1, Math.fround(0.2), Math.fround(0.4)]);
    expect([data.train.classes, data.test?.classes]).toEqual([2, 2]);
    expect(data.report).toEqual({
      train: { size: 2, classes: 2, counts: [1, 1], duplicates: 0, contradictions: 0 },
      validation: undefined,
      test: { size: 1, classes: 2, counts: [1, 0], duplicates: 0, contradictions: 0 },
      overlap: 1,
    });
  });

  it('reads arrays of NumPy as they are, in one file or in several', async () => {
    const x = tensor([[[1, 2]], [[3, 4]], [[300, -1]]]);
    const y = tensor([[0], [1], [1]], { dtype: 'int32' });
    const expected = { shape: [1, 2], train: { size: 3, classes: 2, labels: Int32Array.of(0, 1, 1) } };
    const single = await numbers({ 'x.npz': await encodeNpz({ arr_0: x, arr_1: y }, { compress: true }) });
    expect(single).toMatchObject({ format: 'npz', ...expected });
    expect([...single.train.inputs]).toEqual([1, 2, 3, 4, 300, -1]);
    const several = await numbers({ 'data/y.npy': encodeNpy(y), 'data/x.npy': encodeNpy(x) });
    expect(several).toMatchObject({ format: 'npy', ...expected });
    const parts = await numbers({
      'm.npz': await encodeNpz({
        val_labels: y,
        val_images: x,
        train_images: x,
        train_labels: y,
        x_test: x,
        y_test: y,
      }),
    });
    expect([parts.train.size, parts.validation?.size, parts.test?.size, parts.report.overlap]).toEqual([
      3, 3, 3, 3,
    ]);
  });

  it('tells labels from inputs of one feature by their names', async () => {
    const column = tensor([[5], [6]]);
    const { train } = await numbers({
      'c.npz': await encodeNpz({ targets: tensor([[0], [1]]), features: column }),
    });
    expect([...train.inputs, ...train.labels]).toEqual([5, 6, 0, 1]);
  });

  it('reads CIFAR from the archive, from its unpacked files, or from one file of records', async () => {
    const [a, b] = [
      cifarRecords([
        [[3], 255],
        [[3], 255],
      ]),
      cifarRecords([[[0], 0]]),
    ];
    const archive = gzip(
      tarFile([
        ['c/data_batch_1.bin', a],
        ['c/test_batch.bin', b],
      ]),
    );
    const folder = { 'c/test_batch.bin': b, 'c/readme.html': '<p>', 'c/data_batch_1.bin': a };
    for (const files of [{ 'x.tar.gz': archive }, folder]) {
      const data = await numbers(files);
      expect(data).toMatchObject({
        format: 'cifar',
        shape: [3, 32, 32],
        report: { train: { duplicates: 1 }, overlap: 0 },
      });
    }
    expect((await numbers({ records: a })).test).toBeUndefined();
    const coarse = await numbers({ r: cifarRecords([[[7, 60], 1]]) }, { labels: 'coarse' });
    expect([...coarse.train.labels]).toEqual([7]);
  });

  it('reads tables, whose test part keeps to the classes of the training part', async () => {
    const train = 'w,h,kind\n1,2,b\n3,4,a\n1,2,a\n3,4,b\n';
    const data = await numbers({ 'test.csv': 'w,h,kind\n7,8,b\n', 'train.csv': train });
    expect(data).toMatchObject({
      format: 'csv',
      shape: [2],
      classNames: ['a', 'b'],
      featureNames: ['w', 'h'],
    });
    expect([...(data.test?.labels ?? [])]).toEqual([1]);
    expect(data.report.train).toMatchObject({ duplicates: 2, contradictions: 2 });
    const first = await numbers({ 'letters.data': 'T,2,8\nI,5,12\nT,1,1\nI,2,3\n' }, { label: '1' });
    expect([first.classNames, first.shape]).toEqual([['I', 'T'], [2]]);
    await expect(numbers({ 'train.csv': train, 'test.csv': '7,8,c\n' })).rejects.toThrow(
      /got "c" in test\.csv, line 1, column 3\. /,
    );
  });

  it.each<[string, string, string]>([
    ['fasttext', '__label__b x\n__label__a y\n__label__a y\n', '__label__b z\n'],
    ['news-csv', 'b,"x, x",1\na,"y, y",2\na,"y, y",2\n', 'b,"x y",z\n'],
    [
      'json-lines',
      '{"text":"x","label":"b"}\n{"text":"y","label":"a"}\n{"text":"y","label":"a"}\n',
      '{"text":"z","label":"b"}\n',
    ],
  ])('reads texts: %s', async (format, train, test) => {
    const data = await texts({ 'train.txt': train, 'test.txt.gz': gzip(bytesOf(test)) });
    expect(data).toMatchObject({ format, classNames: ['a', 'b'], report: { overlap: 0 } });
    expect(data.report.train).toMatchObject({ size: 3, counts: [2, 1], duplicates: 1 });
    expect([...(data.test?.labels ?? [])]).toEqual([1]);
  });

  it('reads other keys of JSON lines, and keeps to known classes', async () => {
    const file = { 'a.jsonl': '{"body":"x","stars":2}\n' };
    const data = await texts(file, {
      text: 'body',
      label: 'stars',
      known: { classes: 2, names: ['1', '2'] },
    });
    expect([...data.train.labels]).toEqual([1]);
  });

  it('reads a folder of images in the order of names, gray or in color, with parts', async () => {
    const red = pngFile({ width: 2, height: 1, depth: 8, colorType: 2, samples: [255, 0, 0, 0, 0, 0] });
    const files = {
      'i/train/b/2.png': gray(51, 0),
      'i/train/a/x.ppm': red,
      'i/test/b/.thumb': 'x',
      'i/test/b/1.pgm': 'P2 2 1 1 1 0',
    };
    const data = await numbers(files);
    expect(data).toMatchObject({
      format: 'images',
      shape: [3, 1, 2],
      classNames: ['a', 'b'],
      report: { overlap: 0 },
    });
    expect([...data.train.inputs]).toEqual([
      1,
      0,
      0,
      0,
      0,
      0,
      ...[1, 1, 1].flatMap(() => [Math.fround(0.2), 0]),
    ]);
    expect([...data.train.labels, ...(data.test?.labels ?? [])]).toEqual([0, 1, 1]);
    const plain = await numbers({ 'a/1.png': gray(1), 'b/1.png': gray(2) });
    expect([plain.shape, plain.test]).toEqual([[1, 1, 1], undefined]);
  });

  it('reads images in gzip, all of them or some', async () => {
    const packed = { 'a/1.png.gz': gzip(gray(51)), 'b/1.png.gz': gzip(gray(255)) };
    const all = await numbers(packed);
    expect([...all.train.inputs]).toEqual([Math.fround(0.2), 1]);
    const some = await numbers({ ...packed, 'b/1.png.gz': gray(255) });
    expect([...some.train.inputs]).toEqual([...all.train.inputs]);
    const { parts } = await readImageFolder(listed(packed));
    expect(parts.train?.inputs).toEqual(all.train.inputs);
  });

  it('takes what a decoder of the caller gives for images of other formats', async () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);
    const image = { channels: 1, height: 1, width: 1, values: Float32Array.of(0.5) } as const;
    const { train } = await numbers(
      { 'a/1.jpg': jpeg, 'b/1.png': gray(255) },
      { decode: () => Promise.resolve(image) },
    );
    expect([...train.inputs]).toEqual([0.5, 1]);
    const wrong = numbers({ 'a/1.jpg': jpeg }, { decode: () => Promise.resolve({ ...image, width: 2 }) });
    await expect(wrong).rejects.toThrow('from decode; got [1, 1, 2] and 1 values in a/1.jpg');
  });

  it.each<[string, Files, string]>([
    ['nothing', {}, 'expected a file of data; got none'],
    [
      'two formats',
      { 'a.csv': '1,2,0\n', 'b.txt': '__label__a b' },
      'files of one format; got csv in a.csv and fasttext in b.txt',
    ],
    [
      'images without labels',
      { 'images.idx': images },
      'an array of inputs and one of their labels, [rows] or [rows, 1]; got images.idx [2, 1, 2]',
    ],
    [
      'labels of other images',
      { i: images, l: idxFile([3], [0, 1, 0]) },
      'at least one row in i, and a label in l for each; got [2, 1, 2] and [3]',
    ],
    [
      'labels that are none',
      { i: images, l: idxFile([2], [255, 0], 9) },
      'labels in l that are whole numbers from 0; got -1 for row 0',
    ],
    ['a damaged file of several', { i: images.subarray(0, -1), l: labels }, 'got 3 in i'],
    [
      'parts of other shapes',
      { i: images, l: labels, 'test-i': idxFile([1, 2, 2], [1, 2, 3, 4]), 'test-l': idxFile([1], [0]) },
      'rows of [1, 2] in test-i; got [2, 2]',
    ],
    [
      'two training parts',
      { 'a.csv': '1,0\n2,1\n', 'b.csv': '1,0\n2,1\n' },
      'one file for the train part; got a.csv, b.csv. Join',
    ],
    [
      'other features in the test part',
      { 'a.csv': '1,0\n2,1\n3,0\n4,1\n', 'test.csv': '1,2,0\n1,2,0\n' },
      '1 features in test.csv, as in a.csv; got 2',
    ],
    [
      'two archives',
      { a: tarFile([['x', labels]]), b: tarFile([['x', labels]]) },
      'one archive, or its files with their names; got a and b',
    ],
    ['an archive of something else', { 'a.tar': tarFile([['x', labels]]) }, 'in the archive; got x in a.tar'],
    [
      'a JPEG image',
      { 'a/1.jpg': Uint8Array.of(0xff, 0xd8, 0xff, 0xe0) },
      'got a JPEG image in a/1.jpg. Convert the images to PNG',
    ],
    [
      'a JPEG image among others',
      { 'a/1.png': gray(1), 'a/2.jpg': Uint8Array.of(0xff, 0xd8, 0xff, 0xe0) },
      'an image, PNG or PNM; got a JPEG image in a/2.jpg. Convert',
    ],
    [
      'a text among images',
      { 'a/1.png': gray(1), 'a/2.txt': 'x' },
      'got something else in a/2.txt. Take it out of the folder',
    ],
    ['images in no folder', { '1.png': gray(1) }, 'a folder for each class; got 1.png in none'],
    [
      'images of other sizes',
      { 'a/1.png': gray(1), 'b/2.png': gray(1, 2) },
      'images of 1 x 1 pixels, as a/1.png; got 2 x 1 in b/2.png',
    ],
    [
      'a damaged image',
      { 'a/1.png': gray(1).with(20, 1) },
      'the check of IHDR; got another one in a/1.png: at byte 29',
    ],
    [
      'an array that is cut off',
      { 'x.npy': encodeNpy(tensor([1])).subarray(0, -1) },
      'got 131 in x.npy. The file is cut off',
    ],
  ])('refuses %s, and says where', async (_, files, message) => {
    await expect(readData(listed(files))).rejects.toThrow(FormatError);
    await expect(readData(listed(files))).rejects.toThrow(message);
  });

  it('refuses a class of images that is not known, and known ones that are two of a name', async () => {
    const files = listed({ 'a/1.png': gray(1), 'c/1.png': gray(2) });
    const reading = (names: readonly string[]): Promise<unknown> =>
      readData(files, { known: { classes: names.length, names } });
    await expect(reading(['a', 'b'])).rejects.toThrow('folders of the classes a, b; got c/1.png');
    await expect(reading(['a', 'a'])).rejects.toThrow(ConfigError);
  });
});
