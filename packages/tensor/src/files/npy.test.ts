import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ones, tensor } from '../create.js';
import type { DType } from '../dtype.js';
import { FormatError } from '../errors.js';
import { cast } from '../ops/functions.js';
import { transpose } from '../ops/rearrange.js';
import { arange } from '../sequences.js';
import type { Tensor } from '../tensor.js';
import { decodeNpy, encodeNpy } from './npy.js';
import { bytesOf, damaged, damages, isRead, numpyFiles, valuesOf } from './numpy-files.testing.js';

const dtypeOf = (name: string): DType => {
  if (/^(i|u)\d/.test(name)) return 'int32';
  if (name.startsWith('b1')) return 'bool';
  return /^(f4|f2|version 3|a long)/.test(name) ? 'float32' : 'float64';
};

/** A file with the given header and elements. */
function file(
  header: string,
  elements: readonly number[] = [],
  version: readonly number[] = [1, 0],
): Uint8Array {
  const text = Uint8Array.from(header, (character) => character.charCodeAt(0));
  const length =
    version[0] === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.of(
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    ...version,
    ...length,
    ...text,
    ...elements,
  );
}

const header = (shape: string, descr = "'<f4'", order = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

describe('decodeNpy reads what NumPy wrote:', () => {
  it.each(numpyFiles.npy.map((own) => [own.name, own] as const))('%s', (name, { shape, values, base64 }) => {
    const x = decodeNpy(bytesOf(base64));
    expect([x.dtype, x.shape]).toEqual([dtypeOf(name), shape]);
    // Every one of these values is exact in the type that it was written in.
    const expected = valuesOf(values, shape).dataSync();
    expect(Array.from(cast(x, 'float64').dataSync())).toEqual(Array.from(expected));
  });

  it('a header in another order, without the last comma, with a Python 2 number', () => {
    const odd = `{"shape": (2L,), 'fortran_order': False, 'descr': '|u1'}   \n`;
    expect(decodeNpy(file(odd, [7, 255])).toArray()).toEqual([7, 255]);
  });

  it('bytes that lie anywhere in a buffer, and copies them', () => {
    const whole = encodeNpy(tensor([1, 2], { dtype: 'float64' }));
    const within = new Uint8Array(whole.length + 6);
    within.set(whole, 3);
    const x = decodeNpy(within.subarray(3, 3 + whole.length));
    within.fill(0);
    expect(x.toArray()).toEqual([1, 2]);
  });
});

describe('encodeNpy', () => {
  it('writes the bytes that numpy.save writes', () => {
    for (const { name, shape, values, base64 } of numpyFiles.npy) {
      const [type, remark] = name.split(', ');
      if (remark !== undefined || !/^(f4|f8|i4|b1|a scalar|nothing|a long shape)$/.test(type as string))
        continue;
      const x = cast(valuesOf(values, shape), dtypeOf(name));
      expect(encodeNpy(x), name).toEqual(bytesOf(base64));
    }
  });

  it('writes a view in its own order', () => {
    const x = transpose(arange(6).reshape([2, 3]));
    expect(decodeNpy(encodeNpy(x)).toArray()).toEqual(x.toArray());
  });
});

/** A tensor of any dtype and shape, with whatever numbers that dtype holds. */
const tensors: fc.Arbitrary<Tensor> = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
    dtype: fc.constantFrom<DType>('float32', 'float64', 'int32', 'bool'),
  })
  .chain(({ shape, dtype }) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const element = { float32: fc.float(), float64: fc.double(), int32: fc.integer(), bool: fc.nat(1) }[
      dtype
    ];
    return fc
      .array(element, { minLength: size, maxLength: size })
      .map((values) => tensor(Float64Array.from(values), { dtype, shape }));
  });

describe('a .npy file', () => {
  it('gives back what was written: dtype, shape and every bit', () => {
    fc.assert(
      fc.property(tensors, (x) => {
        const back = decodeNpy(encodeNpy(x));
        expect([back.dtype, back.shape]).toEqual([x.dtype, x.shape]);
        expect(new Uint8Array(back.dataSync().buffer)).toEqual(new Uint8Array(x.dataSync().buffer));
      }),
    );
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'a .npy file, which begins with \\x93NUMPY and a version; got 0 bytes'],
    ['something else', new Uint8Array(200), 'a .npy file, which begins with'],
    ['version 4', file(header('()'), [0, 0, 0, 0], [4, 0]), 'version 1.0, 2.0 or 3.0; got 4.0: at byte 6'],
    ['version 1.1', file(header('()'), [0, 0, 0, 0], [1, 1]), 'version 1.0, 2.0 or 3.0; got 1.1'],
    [
      'a version 2 without a length',
      file('', [], [2, 0]).subarray(0, 10),
      '12 bytes before the header; got 10',
    ],
    ['a header that is cut off', file(header('()')).subarray(0, 40), 'bytes; got 30: at byte 40'],
    [
      'a header of 65,535 bytes',
      file(' '.repeat(65_535)),
      'a header of at most 10000 bytes; got 65535: at byte 8',
    ],
    ['an empty header', file(''), 'a dictionary of descr'],
    ['a header that is code', file('__import__("os").system("true")'), 'a dictionary of descr'],
    ['a key twice', file(`{'descr': '<f4', 'descr': '<f4', 'shape': ()}`), 'a dictionary of descr'],
    ['a key too few', file(`{'descr': '<f4', 'shape': ()}`), 'a dictionary of descr'],
    [
      'a key too many',
      file(`{'descr': '<f4', 'fortran_order': False, 'shape': (), 'a': 'b'}`),
      'a dictionary of descr',
    ],
    [
      'a key of another name',
      file(`{'__proto__': '<f4', 'fortran_order': False, 'shape': ()}`),
      'a dictionary of descr',
    ],
    [
      'members without commas',
      file(`{'descr': '<f4' 'fortran_order': False 'shape': ()}`),
      'a dictionary of descr',
    ],
    ['an order that is a number', file(header('()', "'<f4'", '0')), 'a dictionary of descr'],
    ['text behind the dictionary', file(`${header('()')}!`), 'a dictionary of descr'],
    ['a shape that is no tuple', file(header('(3)')), 'whole numbers; got (3): in the header at byte 10'],
    ['a shape with a hole', file(header('(3, , 2)')), 'a shape of at most 64 whole numbers; got (3, , 2)'],
    ['a negative extent', file(header('(-1,)')), 'a dictionary of descr'],
    ['an extent above 2^53', file(header('(99999999999999999999,)')), 'a shape of at most 64 whole numbers'],
    ['65 axes', file(header(`(${'1, '.repeat(65)})`), [0, 0, 0, 0]), 'a shape of at most 64 whole numbers'],
    [
      'more elements than there can be',
      file(header('(65536, 65536)')),
      'at most 2^31 - 1 elements; got (65536, 65536)',
    ],
    [
      'huge extents beside none',
      file(header(`(${'9007199254740991, '.repeat(30)}0)`)),
      'at most 2^31 - 1 elements',
    ],
    ['an element too few', file(header('(2,)'), [0, 0, 0, 0]), 'bytes in the array, as its header says; got'],
    ['a byte too many', file(header('(1,)'), [0, 0, 0, 0, 0]), 'There is more than one array in it'],
    ['no byte order', file(header('()', "'f4'"), [0, 0, 0, 0]), 'elements of type f2, f4, f8'],
    ['a type of JavaScript', file(header('()', "'<constructor'")), 'elements of type f2, f4, f8'],
    ['bfloat16, which NumPy lacks', file(header('()', "'<bf2'"), [0, 0]), 'elements of type f2, f4, f8'],
  ])('is refused for %s', (_, bytes, message) => {
    expect(() => decodeNpy(bytes)).toThrow(FormatError);
    expect(() => decodeNpy(bytes)).toThrow(`decodeNpy: expected `);
    expect(() => decodeNpy(bytes)).toThrow(message);
  });

  it.each(numpyFiles.refused.map(({ name, base64 }) => [name, base64] as const))(
    'is refused for %s',
    (name, base64) => {
      expect(() => decodeNpy(bytesOf(base64))).toThrow(FormatError);
      if (name === 'objects')
        expect(() => decodeNpy(bytesOf(base64))).toThrow('Python objects are code and never read');
      if (name === 'integers above 2^31') {
        expect(() => decodeNpy(bytesOf(base64))).toThrow(
          'integers from -2^31 to 2^31 - 1 in the array; got 2147483648: element 0, at byte 128',
        );
      }
    },
  );

  it('at every length short of the whole', () => {
    const whole = encodeNpy(ones([3, 2]));
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeNpy(whole.subarray(0, length))).toThrow(FormatError);
    }
  });

  it('is read or refused after any damage', async () => {
    const files = numpyFiles.npy.map(({ base64 }) => bytesOf(base64));
    const counts = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), damages, async (bytes, damage) => {
        const wasRead = await isRead(() => decodeNpy(damaged(bytes, damage)));
        counts[wasRead ? 'read' : 'refused'] += 1;
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(100);
  });
});
