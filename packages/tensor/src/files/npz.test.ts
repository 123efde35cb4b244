import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { FormatError } from '../errors.js';
import { arange } from '../sequences.js';
import { crc32 } from './crc32.js';
import { encodeNpy } from './npy.js';
import { decodeNpz, encodeNpz } from './npz.js';
import { bytesOf, damaged, damages, isRead, numpyFiles } from './numpy-files.testing.js';
import { zip } from './zip.js';

const text = (characters: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(characters);

describe('crc32', () => {
  it('has the check value of its catalogue', () => {
    expect(crc32(text('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('decodeNpz reads what NumPy wrote:', () => {
  it('numpy.savez', async () => {
    const { w, 'layer.bias': bias, é: flag, ...rest } = await decodeNpz(bytesOf(numpyFiles.npz));
    expect(w?.toArray()).toEqual([
      [1.5, -2.25, 3e-5],
      [0, -0, 1e30],
    ]);
    expect(bias?.toArray()).toEqual([1, 2, 3]);
    expect(flag?.toArray()).toBe(true);
    expect(rest).toEqual({});
  });

  it('numpy.savez_compressed', async () => {
    const { w, v } = await decodeNpz(bytesOf(numpyFiles.npzCompressed));
    expect(w).toMatchObject({ shape: [100, 100], dtype: 'float64' });
    expect(v?.toArray()).toEqual([
      [1.5, -2.25, Math.fround(3e-5)],
      [0, -0, Math.fround(1e30)],
    ]);
  });
});

const names = fc.oneof(
  fc.stringMatching(/^[\w.-]{0,8}$/),
  fc.constantFrom('__proto__', 'constructor', 'é/ü', '10', 'x.npy'),
);
const contents = fc
  .uniqueArray(fc.tuple(names, fc.nat(40)), { selector: ([name]) => name, maxLength: 5 })
  .filter((entries) => entries.every(([name]) => name !== '..'));

describe('a .npz file', () => {
  it('gives back what was written, stored or deflated', async () => {
    await fc.assert(
      fc.asyncProperty(contents, fc.boolean(), async (entries, compress) => {
        const given = Object.fromEntries(entries.map(([name, n]) => [name, arange(n)]));
        const read = await decodeNpz(await encodeNpz(given, { compress }));
        expect(Object.keys(read).sort()).toEqual(Object.keys(given).sort());
        expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
        for (const [name, x] of Object.entries(given)) {
          const back = Object.getOwnPropertyDescriptor(read, name)?.value as typeof x;
          expect([back.dtype, back.shape, back.toArray()]).toEqual([x.dtype, x.shape, x.toArray()]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has equal bytes for equal tensors', async () => {
    expect(await encodeNpz({ a: zeros([3]) })).toEqual(await encodeNpz({ a: zeros([3]) }));
  });

  it('may hold nothing, and a comment at its end', async () => {
    const empty = await encodeNpz({});
    expect(await decodeNpz(empty)).toEqual({});
    const commented = new Uint8Array(empty.length + 3);
    commented.set(empty);
    commented.set([3, 0, 80, 75, 5], empty.length - 2);
    expect(await decodeNpz(commented)).toEqual({});
  });
});

/** An archive of one stored tensor, and where its parts lie. */
const bytes = await encodeNpz({ x: tensor([1, 2]) });
const directory = bytes.length - 22 - 46 - 5;
const end = bytes.length - 22;

/** The archive with some bytes replaced. */
function changed(at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** It says that it is deflated, and begins with a block of the kind that there is not. */
const undeflated = (): Uint8Array => {
  const copy = changed(directory + 10, 8);
  copy[35] = 0b111;
  return copy;
};

const bomb = await zip([['x.npy', new Uint8Array(2 ** 22)]], true);

/** The archive says that one deflated byte is in it, and there are four million. */
const liar = (): Uint8Array => {
  const copy = bomb.slice();
  new DataView(copy.buffer).setUint32(copy.length - 22 - 46 - 5 + 24, 1, true);
  return copy;
};

/** Two entries of the directory that share one content. */
const twice = (): Uint8Array => {
  const entry = bytes.slice(directory, end);
  entry[46] = 'y'.charCodeAt(0);
  const copy = new Uint8Array(bytes.length + entry.length);
  copy.set(bytes.subarray(0, end));
  copy.set(entry, end);
  copy.set(bytes.subarray(end), end + entry.length);
  const view = new DataView(copy.buffer, copy.length - 22);
  view.setUint16(8, 2, true);
  view.setUint16(10, 2, true);
  view.setUint32(12, 2 * entry.length, true);
  return copy;
};

const npy = encodeNpy(tensor([1]));

describe('a .npz file is refused', () => {
  it.each<[string, Uint8Array | Promise<Uint8Array>, string]>([
    [
      'when it is empty',
      new Uint8Array(0),
      'the directory of a zip archive at the end; got 0 bytes without one',
    ],
    ['when it is something else', new Uint8Array(5000), 'the directory of a zip archive at the end'],
    ['when it is a .npy file', npy, 'the directory of a zip archive at the end'],
    ['when an element was changed', changed(directory - 1, 1), 'bytes of "x.npy" whose check is'],
    ['when its check was changed', changed(directory + 16, 1, 2, 3, 4), 'whose check is 04030201; got'],
    [
      'when its header is elsewhere',
      changed(directory + 42, 9),
      'the header of "x.npy"; got none: at byte 9',
    ],
    ['with a password', changed(directory + 8, 1), '"x.npy" without a password'],
    ['with another compression', changed(directory + 10, 14), '"x.npy" stored or deflated; got method 14'],
    ['with sizes of zip64', changed(directory + 24, 255, 255, 255, 255), '"x.npy" below 4 GiB'],
    ['with more stored bytes than it has', changed(directory + 24, 200), '200 stored bytes of "x.npy"; got'],
    ['with bytes that are no deflate stream', undeflated(), 'deflated bytes of "x.npy"; got others'],
    ['with a name that is no UTF-8', changed(directory + 46, 255), 'a name in UTF-8'],
    [
      'with two entries in the directory, as it says, and one there',
      changed(end + 8, 2, 0, 2, 0),
      'entry 1 of 2 in the directory',
    ],
    ['with none in it, as it says, and one there', changed(end + 8, 0, 0, 0, 0), '0 entries up to byte'],
    ['on two disks', changed(end + 4, 1), 'a directory that ends where the archive does, on one disk'],
    ['with two entries in one place', twice(), '"y.npy" behind what is before it; got a start before byte'],
    ['with more in it than it says', liar(), '1 bytes of "x.npy"; got more'],
    [
      'with other files',
      zip([['x.txt', npy]], false),
      'entries that end with .npy, each of another name; got "x.txt"',
    ],
    [
      'with a name twice',
      zip(
        [
          ['x.npy', npy],
          ['x.npy', npy],
        ],
        false,
      ),
      'each of another name; got "x.npy"',
    ],
    [
      'with a path upwards',
      zip([['../x.npy', npy]], false),
      'a name without a path that leads elsewhere; got "../x.npy"',
    ],
    ['with an absolute path', zip([['/x.npy', npy]], false), 'a name without a path that leads elsewhere'],
    [
      "with another system's path",
      zip([['c:\\x.npy', npy]], false),
      'a name without a path that leads elsewhere',
    ],
    [
      'with a .npy file that is none',
      zip([['x.npy', text('none')]], false),
      'a .npy file, which begins with',
    ],
  ])('%s', async (_, archive, message) => {
    const reading = decodeNpz(await archive);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(/^decodeNpz: expected /);
    await expect(reading).rejects.toThrow(message);
  });

  it('when there would be more in it than allowed, before it is unpacked', async () => {
    await expect(decodeNpz(bomb, { maxBytes: 2 ** 22 - 1 })).rejects.toThrow(
      'decodeNpz: expected at most 4194303 bytes once unpacked; got 4194304. Raise maxBytes for a file that you trust',
    );
  });

  it('at every length short of the whole', async () => {
    for (let length = 0; length < bytes.length; length++)
      expect(await isRead(() => decodeNpz(bytes.subarray(0, length)))).toBe(false);
  });

  it('or read, after any damage', async () => {
    const files = [
      bytes,
      bytesOf(numpyFiles.npz),
      await encodeNpz({ x: arange(50), y: tensor(1) }, { compress: true }),
    ];
    const counts = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), damages, async (whole, damage) => {
        const wasRead = await isRead(() => decodeNpz(damaged(whole, damage), { maxBytes: 2 ** 24 }));
        counts[wasRead ? 'read' : 'refused'] += 1;
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(20);
  });

  it('when it is to be written under a name that could not be read', async () => {
    for (const name of ['../x', '/x', 'a\\b', 'a\0b', '\ud800']) {
      await expect(encodeNpz({ [name]: zeros([]) })).rejects.toThrow(FormatError);
    }
  });
});
