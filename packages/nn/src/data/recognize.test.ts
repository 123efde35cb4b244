import { FormatError, tensor } from '@renyi/tensor';
import { encodeNpy, encodeNpz } from '@renyi/tensor/files';
import { describe, expect, it } from 'vitest';
import { bytesOf, cifarRecords, gzip, idxFile, tarFile } from './files.testing.js';
import { pngFile } from './images/png.testing.js';
import { type DataFormat, recognize } from './recognize.js';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const records = cifarRecords([
  [[3], 7],
  [[9], 255],
]);

const files: readonly (readonly [what: string, format: DataFormat, bytes: Uint8Array])[] = [
  ['images in IDX', 'idx', idxFile([1, 1, 1], [9])],
  ['an array of NumPy', 'npy', encodeNpy(tensor([1, 2]))],
  ['arrays of NumPy', 'npz', await encodeNpz({ x: tensor([1, 2]) })],
  ['records of CIFAR-10', 'cifar', records],
  ['records of CIFAR-100', 'cifar', cifarRecords([[[19, 99], 0]])],
  ['an archive', 'cifar', tarFile([['cifar/test_batch.bin', records]])],
  ['a PNG image', 'images', pngFile({ width: 1, height: 1, depth: 8, colorType: 0, samples: [1] })],
  ['a gray image', 'images', bytesOf('P2 1 1 9 1')],
  ['lines of fastText', 'fasttext', bytesOf('\uFEFF\n__label__a b, c\n')],
  ['JSON lines', 'json-lines', bytesOf('\n {"text":"a","label":1}\n')],
  ['numbers with a class', 'csv', bytesOf('1,2,a\n3,4,b\n5,6,b\n')],
  ['numbers with a class and titles', 'csv', bytesOf('width,height,kind\n1,2,a\n3,4,a\n')],
  ['numbers with a class in the first column', 'csv', bytesOf('T,2,8\nI,5,12\nT,1,1\nI,2,3\n')],
  ['numbers, some of them missing', 'csv', bytesOf('1,,0\n,,1\n1,2,0\n')],
  ['numbers alone', 'csv', bytesOf('1,2\n')],
  ['one column', 'csv', bytesOf('1\n2\n')],
  ['what has an open quote', 'csv', bytesOf('1,"2\n')],
  ['news', 'news-csv', bytesOf('"3","Title","Text, more"\n"1","T","t"\n')],
  [
    'news with titles',
    'news-csv',
    bytesOf('Class Index,Title,Description\n3,Wall St.,Bears\n4,Oil,prices\n'),
  ],
  ['news of one text', 'news-csv', bytesOf('1,some words\n2,other words\n1,more of them\n')],
];

describe('recognize', () => {
  it.each(files)('knows %s as %s, in gzip too', async (_, format, bytes) => {
    expect(await recognize(bytes)).toBe(format);
    expect(await recognize(gzip(bytes))).toBe(format);
  });

  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(), 'got an empty file'],
    ['a JPEG image', latin('\xff\xd8\xff\xe0'), 'got a JPEG image. Convert the images to PNG'],
    ['a GIF image', latin('GIF89a'), 'got a GIF image. Convert'],
    ['a WebP image', latin('RIFF\n\0\0\0WEBPVP8 '), 'got a WebP image'],
    ['a BMP image', latin('BM\x9a\x02\0\0\0\0\0\0'), 'got a BMP image'],
    ['a TIFF image', latin('II*\0'), 'got a TIFF image'],
    ['a pickle', latin('\x80\x04\x95'), 'got a Python pickle. Pickles are code and never read'],
    ['a table of Excel in UTF-16', latin('\xff\xfe1\0,\0'), 'got text in UTF-16. Save it in UTF-8'],
    ['what is packed otherwise', latin('\xfd7zXZ\0'), 'got a file packed by xz. Unpack it'],
    ['a Parquet file', latin('PAR1'), 'got a Parquet file. Save the table as CSV'],
    ['an HDF5 file', latin('\x89HDF\r\n'), 'got an HDF5 file'],
    ['an array in JSON', bytesOf('[{"text":"a"}]'), 'got an array in JSON. Write one object on each line'],
    [
      'other bytes',
      Uint8Array.of(1, 2, 3, 4, 5),
      'expected IDX, CIFAR, npy, npz, CSV, lines of fastText, JSON lines, PNG or PNM; got a file that begins with 01 02 03 04',
    ],
    ['damaged gzip', gzip(records).subarray(0, 30), 'complete gzip data'],
    ['a record of CIFAR with a label of 10', records.with(0, 10), 'got a file that begins with 0a 07'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(recognize(bytes)).rejects.toThrow(FormatError);
    await expect(recognize(bytes)).rejects.toThrow(message);
  });
});
