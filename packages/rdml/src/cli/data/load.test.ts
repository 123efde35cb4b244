import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ConfigError, FormatError, tensor } from '@renyi/tensor';
import { encodeNpz } from '@renyi/tensor/files';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../index.js';
import { loadData, loadFeatures } from './load.js';
import { cifarArchive } from './made-up-files/cifar-archive.js';
import { newsCsv } from './made-up-files/news.js';

const folder = mkdtempSync(join(tmpdir(), 'rdml-load-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

// Of both only what reads files is watched.
vi.mock('node:fs', async (actual) => {
  const all = await actual<typeof import('node:fs')>();
  return { ...all, createReadStream: vi.fn<typeof createReadStream>(all.createReadStream) };
});
vi.mock('node:fs/promises', async (actual) => {
  const all = await actual<typeof import('node:fs/promises')>();
  return { ...all, readFile: vi.fn<typeof readFile>(all.readFile) };
});

const words = parseConfig({ model: 'fasttext', text: { length: 20, buckets: 50 } });

describe('data', () => {
  it.each<[string, () => string | Uint8Array | Promise<Uint8Array>]>([
    ['table.csv', () => '1,2,b\n3,4,a\n5,6,b\n7,8,a\n'],
    ['table.csv.gz', () => gzipSync('1,2,b\n3,4,a\n5,6,b\n7,8,a\n')],
    ['images.idx', () => Uint8Array.of(0, 0, 8, 3, ...[0, 0, 0, 2], ...[0, 0, 0, 1], ...[0, 0, 0, 1], 7, 9)],
    ['ten.tar.gz', () => cifarArchive(10, { train: 2, test: 1 })],
    ['news.csv', () => newsCsv(3, 4, 2)],
    ['x.npz', () => encodeNpz({ x: tensor([[1, 2]]), y: tensor(Int32Array.of(0)) })],
  ])('is read once: %s', async (name, content) => {
    const path = file(`once-${name}`, await content());
    const labels = file('labels.idx', Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 0, 1));
    const readers = [vi.mocked(readFile), vi.mocked(createReadStream)];
    for (const reader of readers) reader.mockClear();
    await loadData({ file: path, label: name.endsWith('.idx') ? labels : undefined }, words);
    const paths = readers.flatMap(({ mock }) => mock.calls.map(([own]) => own));
    expect(paths.filter((own) => own === path)).toHaveLength(1);
  });

  it('may be CIFAR as it comes, with its test part and the names of its classes', async () => {
    const ten = file('cifar-10-binary.tar.gz', cifarArchive(10, { train: 2, test: 1 }));
    const { dataset, test, classNames } = await loadData({ file: ten, label: undefined });
    expect(dataset).toMatchObject({ name: 'cifar-10', size: 10, classes: 10, shape: [3, 32, 32] });
    expect(test?.size).toBe(5);
    expect(classNames?.[3]).toBe('made-up-3');
    const hundred = file('other.tgz', cifarArchive(100, { train: 2, test: 1 }));
    expect((await loadData({ file: hundred, label: undefined })).dataset.classes).toBe(100);
    expect((await loadData({ file: hundred, label: 'coarse' })).dataset.classes).toBe(20);
    await expect(loadData({ file: hundred, label: 'kind' })).rejects.toThrow(ConfigError);
  });

  it.each<[string, string | Uint8Array]>([
    ['news.csv', newsCsv(3, 4, 2)],
    ['news.csv.gz', gzipSync(newsCsv(3, 4, 2))],
    ['lines.txt', '__label__sea hoist the sail\n__label__land add salt\n__label__sea row the boat\n'],
    ['lines.jsonl', '{"text": "hoist the sail", "label": "sea"}\n{"text": "add salt", "label": "land"}\n'],
  ])('may be texts: %s', async (name, content) => {
    const { dataset } = await loadData({ file: file(name, content), label: undefined }, words);
    expect(dataset).toMatchObject({ features: 20, dtype: 'int32', name: /news|lines/.exec(name)?.[0] });
    expect(new Set(dataset.inputs).size).toBeGreaterThan(3);
  });

  it('may be arrays of NumPy', async () => {
    const inputs = tensor(new Float32Array(4 * 12), { shape: [4, 3, 2, 2] });
    const arrays = { x: inputs, y: tensor(Int32Array.of(0, 1, 0, 1)) };
    const path = file('small.npz', await encodeNpz(arrays));
    expect((await loadData({ file: path, label: undefined })).dataset).toMatchObject({
      size: 4,
      shape: [3, 2, 2],
      name: 'small.npz',
    });
  });

  it('may be a folder of images, class by class, with parts of their own', async () => {
    const image = (value: number): Buffer =>
      Buffer.concat([Buffer.from('P5 2 2 255\n'), Buffer.alloc(4, value)]);
    for (const part of ['train', 'val', 'test'])
      for (const kind of ['cat', 'dog']) {
        mkdirSync(join(folder, 'images', part, kind), { recursive: true });
        file(`images/${part}/${kind}/1.pgm`, image(kind === 'cat' ? 255 : 0));
      }
    const { dataset, test, classNames } = await loadData({ file: join(folder, 'images'), label: undefined });
    expect(classNames).toEqual(['cat', 'dog']);
    expect(dataset).toMatchObject({ size: 4, shape: [1, 2, 2] });
    expect([...(test?.inputs ?? [])]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
  });

  it('may have its test part in another file, which keeps to the classes of the first', async () => {
    const train = file('train.csv', '1,2,b\n3,4,a\n5,6,b\n7,8,a\n');
    const source = { file: train, label: undefined };
    const { test } = await loadData({ ...source, test: file('test.csv', '5,5,b\n6,6,b\n') });
    expect([...(test?.labels ?? [])]).toEqual([1, 1]);
    await expect(loadData({ ...source, test: file('new.csv', '5,5,c\n') })).rejects.toThrow(/got "c"/);
    await expect(loadData({ ...source, test: file('wide.csv', '5,5,5,b\n') })).rejects.toThrow(FormatError);
  });

  it('of another kind is refused with its name and a remedy', async () => {
    const photo = file('photo.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 1));
    await expect(loadData({ file: photo, label: undefined })).rejects.toThrow(
      /got a JPEG image in .*photo\.jpg\. Convert the images to PNG/,
    );
  });
});

describe('rows to predict', () => {
  const known = { classes: 2, names: undefined };
  const options = { features: 20, label: undefined, known };

  it('may be texts without classes, one a line', async () => {
    const path = file('new.txt', 'Hoist the sail!\n\nadd salt\n');
    const { inputs, rows } = await loadFeatures(path, { ...options, texts: words });
    expect([rows, inputs.length]).toEqual([2, 40]);
    const labelled = file('old.txt', '__label__0 hoist the sail !\n__label__1 add salt\n');
    expect((await loadFeatures(labelled, { ...options, texts: words })).inputs).toEqual(inputs);
    const packed = file('new.txt.gz', gzipSync('Hoist the sail!\n\nadd salt\n'));
    expect((await loadFeatures(packed, { ...options, texts: words })).inputs).toEqual(inputs);
  });

  it('of an archive are its test part', async () => {
    const archive = file('again.tar.gz', cifarArchive(10, { train: 2, test: 1 }));
    const own = { ...options, features: 3072, known: { classes: 10, names: undefined } };
    expect((await loadFeatures(archive, own)).rows).toBe(5);
    await expect(loadFeatures(archive, { ...own, features: 5 })).rejects.toThrow(/got 3072 values/);
  });
});
