import { FormatError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { readCifar } from './cifar.js';
import { bytesOf, cifarRecords, gzip, tarFile } from './files.testing.js';

const names = Array.from({ length: 10 }, (_, k) => `class ${k}`);
const first = cifarRecords([
  [[3], 0],
  [[9], 255],
]);
const second = cifarRecords([[[0], 51]]);
const ten = tarFile([
  ['cifar-10-batches-bin/', new Uint8Array(), '5'],
  ['cifar-10-batches-bin/data_batch_2.bin', second],
  ['cifar-10-batches-bin/data_batch_1.bin', first],
  ['cifar-10-batches-bin/test_batch.bin', second],
  ['cifar-10-batches-bin/batches.meta.txt', bytesOf(`${names.join('\n')}\n\n`)],
]);
const hundred = tarFile([
  ['cifar-100-binary/train.bin', cifarRecords([[[19, 99], 255]])],
  ['cifar-100-binary/test.bin', cifarRecords([[[4, 42], 0]])],
]);

describe('readCifar', () => {
  it('reads CIFAR-10 from its archive, compressed or not, the batches by number', async () => {
    for (const file of [ten, gzip(ten)]) {
      const { train, test, classNames } = await readCifar(file);
      expect(train).toMatchObject({ size: 3, features: 3072, classes: 10, name: 'cifar-10' });
      expect([...(train?.labels ?? [])]).toEqual([3, 9, 0]);
      expect([0, 3072, 6144].map((i) => train?.inputs[i])).toEqual([0, 1, Math.fround(0.2)]);
      expect([...(test?.labels ?? [])]).toEqual([0]);
      expect(classNames).toEqual(names);
    }
  });

  it('reads CIFAR-100 with its fine classes, or the coarse ones', async () => {
    const fine = await readCifar(hundred);
    expect([fine.train?.classes, fine.train?.labels[0], fine.test?.labels[0]]).toEqual([100, 99, 42]);
    const coarse = await readCifar(hundred, { labels: 'coarse' });
    expect([coarse.train?.classes, coarse.train?.labels[0], coarse.test?.labels[0]]).toEqual([20, 19, 4]);
  });

  it('reads a single file of records', async () => {
    expect((await readCifar(first)).train?.size).toBe(2);
    expect((await readCifar(cifarRecords([[[1, 2], 3]]))).train?.labels[0]).toBe(2);
  });

  it('takes no link and no folder for data, and no path for more than its last name', async () => {
    const { train } = await readCifar(
      tarFile([
        ['../../data_batch_1.bin', first],
        ['data_batch_2.bin', new Uint8Array(), '2'],
      ]),
    );
    expect(train?.size).toBe(2);
  });

  const pickle = Uint8Array.of(0x80, 2, 0x7d);
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'records of 3073 or 3074 bytes; got 0 bytes'],
    [
      'the archive for Python',
      tarFile([['data_batch_1', pickle]]),
      'got the version for Python. Take cifar-10-binary',
    ],
    ['a pickle', pickle, 'got a file for Python. Take cifar-10-binary.tar.gz'],
    ['other files', tarFile([['a/readme.txt', bytesOf('hello')]]), 'in the archive; got readme.txt'],
    ['half a record', tarFile([['train.bin', first]]), 'records of 3074 bytes in train.bin; got 6146 bytes'],
    [
      'a class that there is not',
      tarFile([
        [
          'test_batch.bin',
          cifarRecords([
            [[1], 0],
            [[10], 0],
          ]),
        ],
      ]),
      'classes from 0 to 9; got 10 at byte 3073 of test_batch.bin',
    ],
    [
      'a batch twice',
      tarFile([
        ['data_batch_1.bin', first],
        ['data_batch_1.bin', second],
      ]),
      'one data_batch_1.bin in the archive; got another at byte 7680',
    ],
    ['an archive that is cut off', ten.subarray(0, 5500), 'bytes at byte 5120 of the archive'],
    ['an archive without its end', ten.subarray(0, -1024), 'a header or the end mark at byte'],
    [
      'a damaged header',
      ten.map((byte, i) => (i === 512 ? 0x58 : byte)),
      'a header with its checksum at byte 512',
    ],
  ])('refuses %s', async (_, bytes, message) => {
    const reading = readCifar(bytes);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(message);
  });
});
