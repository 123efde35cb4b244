import { FormatError, tensor, TensorError } from '@renyi/tensor';
import { encodeNpz } from '@renyi/tensor/files';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCifar } from './cifar.js';
import { bytesOf, cifarRecords, gzip, idxFile, tarFile } from './files.testing.js';
import { decodeIdx, readIdx } from './idx.js';
import { decodePng } from './images/png.js';
import { pngFile } from './images/png.testing.js';
import { decodePnm } from './images/pnm.js';
import { readCsv } from './read-csv.js';
import { readData } from './read-data.js';
import { readFastText, readJsonLines, readNewsCsv } from './read-texts.js';

type Read = (file: Uint8Array) => Promise<unknown>;

const tiny = {
  width: 3,
  height: 2,
  depth: 8,
  colorType: 2,
  samples: Array.from({ length: 18 }, (_, i) => i),
};
const labels = idxFile([2], [1, 0]);
const readers: readonly (readonly [name: string, read: Read, valid: Uint8Array, runs: number])[] = [
  [
    'decodeIdx',
    decodeIdx,
    idxFile([2, 1, 2], [0x7f, 0xc0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 13),
    500,
  ],
  ['readIdx', (file) => readIdx(file, labels), idxFile([2, 1, 2], [1, 2, 3, 4]), 500],
  ['readIdx, of labels', (file) => readIdx(idxFile([2, 1, 2], [1, 2, 3, 4]), file), labels, 500],
  ['readIdx, in gzip', (file) => readIdx(file, labels), gzip(idxFile([2, 1, 2], [1, 2, 3, 4])), 150],
  ['readCifar', readCifar, tarFile([['d/test_batch.bin', cifarRecords([[[3], 7]])]]), 300],
  ['readCifar, in gzip', readCifar, gzip(tarFile([['train.bin', cifarRecords([[[3, 9], 7]])]])), 150],
  ['readCsv', readCsv, bytesOf('w,"h, cm",k\n1,2,a\n"3",4e2,b\n5,6,a\n7,8,b\n'), 500],
  ['readFastText', readFastText, bytesOf('__label__a x y\n__label__b über z\n'), 500],
  ['readNewsCsv', readNewsCsv, bytesOf('"3","Title","Text, ""more""\\n"\n"1","T","t"\n'), 500],
  ['decodePng', (file) => decodePng('decodePng', file), pngFile(tiny), 500],
  ['decodePnm', async (file) => decodePnm('decodePnm', file), bytesOf('P2\n# x\n2 2\n9\n1 2 3 4\n'), 500],
  ['readData', (bytes) => readData([{ name: 'a/x', bytes }]), pngFile(tiny), 300],
  ['readData, of records', (bytes) => readData([{ name: 'x', bytes }]), cifarRecords([[[3], 7]]), 150],
  ['readData, of news', (bytes) => readData([{ name: 'x', bytes }]), bytesOf('1,"A, b",c\n2,d,e\n'), 500],
  [
    'readData, of labels',
    (bytes) =>
      readData([
        { name: 'x', bytes: idxFile([2, 1, 2], [1, 2, 3, 4]) },
        { name: 'y', bytes },
      ]),
    labels,
    300,
  ],
  [
    'readData, of arrays',
    (bytes) => readData([{ name: 'x', bytes }]),
    await encodeNpz({
      x: tensor([
        [1, 2],
        [3, 4],
      ]),
      y: tensor([0, 1]),
    }),
    300,
  ],
  ['readJsonLines', readJsonLines, bytesOf('{"text":"é \\u0000","label":1}\n{"text":"b","label":2}\n'), 500],
];

/** Bytes changed, cut out, put in twice, or cut off. Most changes fall near the start, where headers are. */
const mutation = fc.record({
  kind: fc.constantFrom('set', 'cut', 'repeat', 'end', 'insert'),
  at: fc.oneof(fc.nat(600), fc.nat(10_000)),
  length: fc.integer({ min: 1, max: 600 }),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 10, 13, 34, 44, 255)),
});

function mutated(
  bytes: Uint8Array,
  { kind, at, length, byte }: { kind: string; at: number; length: number; byte: number },
): Uint8Array {
  const place = at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  if (kind === 'end') return before;
  if (kind === 'set') return Uint8Array.from([...before, byte, ...after.subarray(1)]);
  if (kind === 'insert') return Uint8Array.from([...before, byte, ...after]);
  if (kind === 'cut') return Uint8Array.from([...before, ...after.subarray(length)]);
  return Uint8Array.from([...before, ...after.subarray(0, length), ...after]);
}

/** What a reader throws at these bytes, if it is anything but a FormatError. */
async function foreignFault(read: Read, bytes: Uint8Array): Promise<unknown> {
  try {
    await read(bytes);
    return undefined;
  } catch (error) {
    return error instanceof FormatError ? undefined : error;
  }
}

describe('damaged files', () => {
  it.each(readers)('%s gives data or throws a FormatError', async (_, read, valid, numRuns) => {
    expect(await foreignFault(read, valid)).toBeUndefined();
    const damage = fc.array(mutation, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, async (mutations) => {
        expect(await foreignFault(read, mutations.reduce(mutated, valid))).toBeUndefined();
      }),
      { numRuns },
    );
  });

  it.each(readers)('%s gives data or throws a FormatError for noise', async (_, read) => {
    const noise = fc.uint8Array({ maxLength: 100 });
    const property = fc.asyncProperty(noise, async (bytes) => {
      expect(await foreignFault(read, bytes)).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('are noticed where a reader lets another error out', async () => {
    const careless: Read = (bytes) => Promise.resolve(JSON.parse(new TextDecoder().decode(bytes)));
    expect(await foreignFault(careless, bytesOf('{'))).toBeInstanceOf(SyntaxError);
    const typed: Read = () => Promise.reject(new TensorError('x', { expected: 'y', got: 'z' }));
    expect(await foreignFault(typed, labels)).toBeInstanceOf(TensorError);
  });
});
