import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ones, tensor } from '../create.js';
import type { DType } from '../dtype.js';
import { FormatError } from '../errors.js';
import { Generator } from '../generator.js';
import type { Tensor } from '../tensor.js';
import { bytesOf, numpyFiles } from './numpy-files.testing.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

/** A file from its header and data; the header may be anything. */
function file(
  header: string | Uint8Array | object,
  data: readonly number[] = [],
  length?: number,
): Uint8Array {
  const json =
    header instanceof Uint8Array
      ? header
      : utf8(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const zerosOf = (n: number): number[] => new Array<number>(n).fill(0);
const f32 = (shape: unknown, data_offsets: unknown): object => ({ dtype: 'F32', shape, data_offsets });

describe('encodeSafetensors', () => {
  it('writes the format to the byte', () => {
    const bytes = encodeSafetensors({ w: tensor([[1, -2]]) });
    const header = '{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'; // 56 bytes: no padding
    expect(bytes).toEqual(
      Uint8Array.of(56, 0, 0, 0, 0, 0, 0, 0, ...utf8(header), 0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0xc0),
    );
  });

  it('writes the same bytes as safetensors 0.8.0 itself', () => {
    // safetensors.numpy.save({'b': [True, False, True], 'a': float32 [[1.5, -2]], '10': float64 3, '2': int32 [7, -1],
    // 'é': float32 of shape (0, 3)}, metadata={'k': 'v'})
    const expected = latin1(
      '0\x01\0\0\0\0\0\0{"__metadata__":{"k":"v"},"10":{"dtype":"F64","shape":[],"data_offsets":[0,8]},' +
        '"a":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},"\xc3\xa9":{"dtype":"F32","shape":[0,3],' +
        '"data_offsets":[16,16]},"2":{"dtype":"I32","shape":[2],"data_offsets":[16,24]},' +
        '"b":{"dtype":"BOOL","shape":[3],"data_offsets":[24,27]}}' +
        '\0\0\0\0\0\0\x08@\0\0\xc0?\0\0\0\xc0\x07\0\0\0\xff\xff\xff\xff\x01\0\x01',
    );
    const tensors = {
      b: tensor([true, false, true]),
      a: tensor([[1.5, -2]]),
      '10': tensor(3, { dtype: 'float64' }),
      '2': tensor([7, -1], { dtype: 'int32' }),
      é: tensor([], { shape: [0, 3] }),
    };
    expect(encodeSafetensors(tensors, { k: 'v' })).toEqual(expected);
    const decoded = decodeSafetensors(expected);
    expect(decoded.metadata).toEqual({ k: 'v' });
    expect(Object.keys(decoded.tensors).sort()).toEqual(['10', '2', 'a', 'b', 'é']);
    for (const [name, x] of Object.entries(tensors)) {
      expect(decoded.tensors[name]).toMatchObject({ shape: x.shape, dtype: x.dtype });
      expect(decoded.tensors[name]?.toArray()).toEqual(x.toArray());
    }
  });

  it('gives equal bytes for equal tensors, in whatever order they come', () => {
    const [a, b] = [tensor([1, 2]), tensor([3], { dtype: 'float64' })];
    expect(encodeSafetensors({ a, b })).toEqual(encodeSafetensors({ b, a }));
  });

  it('starts the data at a multiple of 8, each tensor at a multiple of its width', () => {
    for (let length = 1; length <= 16; length++) {
      const tensors = {
        flag: tensor([true, true, false]),
        ['x'.repeat(length)]: tensor([1]),
        y: tensor([1], { dtype: 'float64' }),
      };
      const bytes = encodeSafetensors(tensors);
      const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      expect(headerLength % 8).toBe(0);
      const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as Record<
        string,
        { dtype: string; data_offsets: [number, number] }
      >;
      for (const { dtype, data_offsets } of Object.values(header)) {
        expect(data_offsets[0] % (dtype === 'F64' ? 8 : dtype === 'BOOL' ? 1 : 4)).toBe(0);
      }
    }
  });

  it('refuses a tensor of the reserved name, and metadata that is not text', () => {
    expect(() => encodeSafetensors({ __metadata__: tensor(1) })).toThrow(FormatError);
    for (const metadata of [{ epoch: 3 }, { a: null }, ['a']]) {
      expect(() => encodeSafetensors({}, metadata as unknown as Record<string, string>)).toThrow(FormatError);
    }
  });
});

const names = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '0', '10', '2', ''),
);

/** A tensor of any dtype and shape, with whatever numbers that dtype holds. */
const tensors: fc.Arbitrary<Tensor> = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
    dtype: fc.constantFrom<DType>('float32', 'float64', 'int32', 'bool'),
  })
  .chain(({ shape, dtype }) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const element = {
      float32: fc.float(),
      float64: fc.double(),
      int32: fc.integer(),
      bool: fc.integer({ min: 0, max: 1 }),
    }[dtype];
    return fc
      .array(element, { minLength: size, maxLength: size })
      .map((values) => tensor(Float64Array.from(values), { dtype, shape }));
  });

describe('types that are wider or narrower than those here', () => {
  it('are read as safetensors wrote them, where that is exact', () => {
    const { tensors: read } = decodeSafetensors(bytesOf(numpyFiles.safetensors));
    const summary = Object.entries(read).map(([name, x]) => [name, [x.dtype, x.toArray()]] as const);
    expect(Object.fromEntries(summary)).toEqual({
      brain: ['float32', [1, -2, 3.140625, Infinity]],
      bytes: ['int32', [0, 255]],
      count: ['int32', 7],
      half: ['float32', [0, -0, 1, -1.5, 65504]],
    });
  });

  it.each<[string, number[], number[]]>([
    ['I8', [0xff, 0x7f], [-1, 127]],
    ['I16', [0xff, 0xff, 0xff, 0x7f], [-1, 32767]],
    ['U16', [0xff, 0xff, 0, 0], [65535, 0]],
    ['U32', [0xff, 0xff, 0xff, 0x7f], [2 ** 31 - 1]],
    ['U64', [1, 0, 0, 0, 0, 0, 0, 0], [1]],
    ['I64', [0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff], [-(2 ** 31)]],
    ['F16', [0x01, 0x00, 0x01, 0x7e], [2 ** -24, NaN]],
    ['BF16', [0x80, 0x3f, 0x80, 0xff], [1, -Infinity]],
  ])('%s', (dtype, data, values) => {
    const read = decodeSafetensors(
      file({ w: { dtype, shape: [values.length], data_offsets: [0, data.length] } }, data),
    );
    expect(read.tensors.w?.toArray()).toEqual(values);
  });

  it.each<[string, number[], string]>([
    ['U32', [0, 0, 0, 0x80], '2147483648'],
    ['I64', [0, 0, 0, 0x80, 0, 0, 0, 0], '2147483648'],
    ['U64', [255, 255, 255, 255, 255, 255, 255, 255], '18446744073709552000'],
  ])('%s is refused where int32 does not hold it', (dtype, data, got) => {
    const bytes = file({ w: { dtype, shape: [1], data_offsets: [0, data.length] } }, data);
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
    expect(() => decodeSafetensors(bytes)).toThrow(
      `integers from -2^31 to 2^31 - 1 in "w"; got ${got}: element 0, at byte`,
    );
  });
});

describe('a file', () => {
  it('gives back what was written: names, dtypes, shapes, every bit, metadata', () => {
    const contents = fc.uniqueArray(fc.tuple(names, tensors), { selector: ([name]) => name, maxLength: 6 });
    const metadata = fc.option(fc.dictionary(names, fc.string(), { maxKeys: 4 }), { nil: undefined });
    fc.assert(
      fc.property(contents, metadata, (entries, texts) => {
        const given = Object.fromEntries(entries);
        const { tensors: read, metadata: readTexts } = decodeSafetensors(encodeSafetensors(given, texts));
        expect(Object.keys(read).sort()).toEqual(Object.keys(given).sort());
        for (const [name, x] of entries) {
          const back = Object.getOwnPropertyDescriptor(read, name)?.value as Tensor;
          expect([back.dtype, back.shape]).toEqual([x.dtype, x.shape]);
          expect(new Uint8Array(back.dataSync().buffer)).toEqual(new Uint8Array(x.dataSync().buffer));
        }
        expect(readTexts).toEqual(Object.fromEntries(Object.entries(texts ?? {})));
      }),
    );
  });

  it('may hold nothing, or metadata alone', () => {
    expect(decodeSafetensors(encodeSafetensors({}))).toEqual({ tensors: {}, metadata: {} });
    expect(decodeSafetensors(encodeSafetensors({}, { a: 'b' }))).toEqual({
      tensors: {},
      metadata: { a: 'b' },
    });
    expect(decodeSafetensors(file('{}'))).toEqual({ tensors: {}, metadata: {} });
  });

  it('may name tensors in another order than their bytes, and end its header with spaces', () => {
    const bytes = file(
      `${JSON.stringify({ late: f32([], [4, 8]), early: f32([1], [0, 4]) })}   `,
      [0, 0, 0, 0, 0, 0, 128, 63],
    );
    const { tensors: read } = decodeSafetensors(bytes);
    expect([read.late?.item(), read.early?.item()]).toEqual([1, 0]);
  });

  it('may lie anywhere in a buffer, and is copied from it', () => {
    const bytes = encodeSafetensors({ w: tensor([1, 2]) });
    const within = new Uint8Array(bytes.length + 6);
    within.set(bytes, 3);
    const { tensors: read } = decodeSafetensors(within.subarray(3, 3 + bytes.length));
    within.fill(0);
    expect(read.w?.toArray()).toEqual([1, 2]);
  });

  it('pollutes nothing by its names', () => {
    const header = `{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"__metadata__":{"__proto__":"x"}}`;
    const { tensors: read, metadata } = decodeSafetensors(file(header, zerosOf(4)));
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect(Object.keys(metadata)).toEqual(['__proto__']);
    for (const object of [read, metadata]) expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false);
    // Nor does it take its properties from there.
    const inherited = `{"a":{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}}`;
    expect(() => decodeSafetensors(file(inherited, zerosOf(4)))).toThrow(FormatError);
  });
});

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const whole = encodeSafetensors({ a: ones([30]), b: tensor([3], { dtype: 'float64' }) }, { key: 'value' });

describe('a damaged file is refused', () => {
  it.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(0), 'at least 8 bytes; got 0'],
    ['of 7 bytes', new Uint8Array(7), 'at least 8 bytes; got 7'],
    ['without the header', file('', [], 2), "a header within the file's 8 bytes"],
    ['with a header beyond its end', file('{}', [], 3), 'got one of 3 bytes'],
    [
      'with a header of 2^64 - 1 bytes',
      Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 123, 125),
      'one of 18446744073709552000',
    ],
    ['with an empty header', file(''), 'a header in JSON'],
    ['with a header that is no JSON', file('{"a":}'), 'a header in JSON'],
    ['with a header that is no UTF-8', file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), 'a header in JSON'],
    ['that is something else', latin1('\x89PNG\r\n\x1a\n and so on'), 'a header within'],
    ['with an array for a header', file('[]'), 'a JSON object as header; got []'],
    ['with null for a header', file('null'), 'a JSON object as header; got null'],
    ['with a string for a header', file('"a\\u001b[31m"'), 'got "a\\u001b[31m"'],
    ['with a space before the header', file(' {}'), 'a JSON object as header'],
    ['with a byte order mark', file('\ufeff{}'), 'a JSON object as header'],
    ['nested 100,000 deep', file(deep), 'a JSON object as header; got an array'],
    ['with a deep entry', file(`{"a":${deep}}`), 'dtype, shape and data_offsets for "a"; got an array'],
    [
      'with a deep shape',
      file(`{"a":{"dtype":"F32","shape":${deep}}}`),
      'a shape of whole numbers for "a"; got an array',
    ],
    [
      'with a deep dtype',
      file(`{"a":{"dtype":${deep}}}`),
      'dtype F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL for "a"; got an array',
    ],
    [
      'with deep metadata',
      file(`{"__metadata__":${deep}}`),
      'metadata that maps strings to strings; got an array',
    ],

    ['with metadata of numbers', file({ __metadata__: { a: 1 } }), 'metadata that maps strings to strings'],
    [
      'with metadata of null',
      file({ __metadata__: null }),
      'metadata that maps strings to strings; got null',
    ],
    [
      'with metadata of text',
      file({ __metadata__: 'text' }),
      'metadata that maps strings to strings; got "text"',
    ],
    [
      'with an array for metadata',
      file({ __metadata__: ['text'] }),
      'metadata that maps strings to strings; got an array',
    ],

    ['with null for an entry', file({ a: null }), 'data_offsets for "a"; got null'],
    ['with a number for an entry', file({ a: 3 }), 'data_offsets for "a"; got 3'],
    ['with an empty entry', file({ a: {} }), 'for "a"; got nothing'],
    [
      'without a dtype',
      file({ a: { shape: [], data_offsets: [0, 4] } }, zerosOf(4)),
      'dtype F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL for "a"; got nothing',
    ],
    [
      'with a dtype in small letters',
      file({ a: { dtype: 'f32', shape: [], data_offsets: [0, 4] } }, zerosOf(4)),
      'got "f32"',
    ],
    [
      'with a dtype that is no text',
      file('{"a":{"dtype":{"toString":1},"shape":[],"data_offsets":[0,4]}}', zerosOf(4)),
      'got an object',
    ],
    [
      'with a dtype from JavaScript',
      file({ a: { dtype: 'toString', shape: [], data_offsets: [0, 4] } }, zerosOf(4)),
      'got "toString"',
    ],
    [
      'without a shape',
      file({ a: { dtype: 'F32', data_offsets: [0, 4] } }, zerosOf(4)),
      'a shape of whole numbers for "a"; got nothing',
    ],
    ['with a negative extent', file({ a: f32([-1], [0, 4]) }, zerosOf(4)), 'a shape of whole numbers'],
    ['with half an extent', file({ a: f32([0.5, 2], [0, 4]) }, zerosOf(4)), 'a shape of whole numbers'],
    ['with an extent in text', file({ a: f32(['1'], [0, 4]) }, zerosOf(4)), 'a shape of whole numbers'],
    [
      'with an extent above 2^53',
      file('{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}', zerosOf(4)),
      'a shape of',
    ],
    [
      'of impossible size',
      file({ a: f32(Array(40).fill(2 ** 52), [0, 4]) }, zerosOf(4)),
      'Infinity bytes for "a"',
    ],
    [
      'of a size that is no number',
      file({ a: f32([...Array(40).fill(2 ** 52), 0], [0, 4]) }, zerosOf(4)),
      'bytes for "a"',
    ],
    [
      'of a size that is not there',
      file({ a: f32([2 ** 40], [0, 2 ** 42]) }, zerosOf(4)),
      'as the header says',
    ],
    [
      'without offsets',
      file({ a: { dtype: 'F32', shape: [] } }),
      'two whole numbers as data_offsets for "a"; got nothing',
    ],
    ['with one offset', file({ a: f32([], [4]) }, zerosOf(4)), 'two whole numbers as data_offsets'],
    [
      'with three offsets',
      file({ a: f32([], [0, 4, 8]) }, zerosOf(4)),
      'data_offsets for "a"; got [0, 4, 8]',
    ],
    [
      'with a negative offset',
      file({ a: f32([], [-4, 0]) }, zerosOf(4)),
      'two whole numbers as data_offsets',
    ],
    [
      'with half an offset',
      file({ a: f32([], [0.5, 4.5]) }, zerosOf(8)),
      'two whole numbers as data_offsets',
    ],
    [
      'with offsets the wrong way round',
      file({ a: f32([1], [4, 0]) }, zerosOf(4)),
      '4 bytes for "a" of shape [1]; got -4',
    ],
    [
      'with too few bytes for a shape',
      file({ a: f32([2], [0, 4]) }, zerosOf(4)),
      '8 bytes for "a" of shape [2]; got 4',
    ],
    [
      'with too many bytes for a shape',
      file({ a: f32([2], [0, 12]) }, zerosOf(12)),
      '8 bytes for "a" of shape [2]; got 12',
    ],
    [
      'with two tensors in one place',
      file({ a: f32([], [0, 4]), b: f32([], [0, 4]) }, zerosOf(4)),
      'start at 4, where the last tensor ends; got 0',
    ],
    [
      'with tensors that overlap',
      file({ a: f32([2], [0, 8]), b: f32([2], [4, 12]) }, zerosOf(12)),
      'the bytes of "b" to start at 8',
    ],
    [
      'with a hole',
      file({ a: f32([], [0, 4]), b: f32([], [8, 12]) }, zerosOf(12)),
      'the bytes of "b" to start at 4',
    ],
    ['with a hole at the start', file({ a: f32([], [4, 8]) }, zerosOf(8)), 'the bytes of "a" to start at 0'],
    ['with an empty tensor out of place', file({ a: f32([0], [4, 4]) }), 'the bytes of "a" to start at 0'],
    ['with bytes at the end', file({ a: f32([], [0, 4]) }, zerosOf(5)), 'as the header says'],
    ['with bytes and no tensors', file('{}', [0]), '10 bytes, as the header says; got 11'],
    ['cut off by a byte', whole.subarray(0, -1), 'as the header says'],
  ])('%s', (_, bytes, message) => {
    const read = (): unknown => decodeSafetensors(bytes);
    expect(read).toThrow(FormatError);
    expect(read).toThrow('decodeSafetensors: ');
    expect(read).toThrow(message);
  });

  it.each(['F8_E4M3', 'F8_E5M2', 'F4', 'C64'])(
    'one with %s too, but as sound and not for this library, with what to do about it',
    (dtype) => {
      const bytes = file({ w: { dtype, shape: [0], data_offsets: [0, 0] } });
      expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
      expect(() => decodeSafetensors(bytes)).toThrow(
        `for "w"; got ${dtype}, which this library lacks. Convert it`,
      );
      expect(() => decodeSafetensors(bytes)).not.toThrow('damaged');
    },
  );

  it('with a name of a megabyte, in a message of a line', () => {
    const name = `\u001b[2J\n${'x'.repeat(1e6)}`;
    let message = '';
    try {
      decodeSafetensors(file({ [name]: f32([2], [0, 4]) }, zerosOf(4)));
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('bytes for "\\u001b[2J\\nxxx');
    expect(message.length).toBeLessThan(300);
  });

  it('at every length short of the whole', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeSafetensors(whole.subarray(0, length))).toThrow(FormatError);
    }
  });

  it('or read, after any of 3,000 mutations', () => {
    const generator = new Generator(77);
    const counts = { read: 0, refused: 0 };
    for (let round = 0; round < 3000; round++) {
      const bytes = whole.slice();
      const draws = generator.uniform([9], { dtype: 'float64' }).dataSync();
      const changes = 1 + Math.floor((draws[0] as number) * 4);
      for (let i = 0; i < changes; i++) {
        const at = Math.floor((draws[1 + i] as number) * bytes.length);
        bytes[at] = Math.floor((draws[5 + i] as number) * 256);
      }
      try {
        const { tensors: read } = decodeSafetensors(bytes);
        // What is read holds together.
        for (const x of Object.values(read)) expect(x.dataSync()).toHaveLength(x.size);
        counts.read += 1;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        counts.refused += 1;
      }
    }
    expect(counts.read).toBeGreaterThan(300);
    expect(counts.refused).toBeGreaterThan(1000);
  });

  it('or read, with any header whatever', () => {
    const key = fc.constantFrom('dtype', 'shape', 'data_offsets', '__metadata__', '__proto__', 'a');
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(0, 4, -1, 0.5, 1e300, null, true, '', 'F32', 'F16', 'BOOL', [], [0, 4], [1]),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(key, tie('json'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(json, fc.nat({ max: 8 }), (header, size) => {
        try {
          decodeSafetensors(file(JSON.stringify(header), zerosOf(size)));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
