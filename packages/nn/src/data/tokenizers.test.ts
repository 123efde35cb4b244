import { ConfigError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import {
  charCnnAlphabet,
  characterIndices,
  fastTextHash,
  HashedNgrams,
  type HashedNgramsOptions,
} from './tokenizers.js';

describe('fastTextHash', () => {
  it('is FNV-1a for ASCII: the values of its authors', () => {
    expect(['', 'a', 'foobar'].map(fastTextHash)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });

  it('takes bytes from 128 on with their sign', () => {
    // One step of the definition, in exact arithmetic: U+00E9 is the bytes C3 A9.
    const step = (hash: bigint, byte: bigint): bigint =>
      BigInt.asUintN(32, (hash ^ (0xffffff00n | byte)) * 16777619n);
    expect(fastTextHash('\u00E9')).toBe(Number(step(step(0x811c9dc5n, 0xc3n), 0xa9n)));
  });
});

describe('HashedNgrams', () => {
  const hashes = (...words: string[]): number[] => words.map((word) => fastTextHash(word) % 100);

  it('numbers words, their parts with marks but not the marks alone, and runs of words', () => {
    expect([...new HashedNgrams({ buckets: 100 }).encode(' ab  b\n')]).toEqual(hashes('ab', 'b'));
    const parts = new HashedNgrams({ buckets: 100, characters: [1, 2] });
    expect([...parts.encode('ab')]).toEqual(hashes('ab', '<a', 'a', 'ab', 'b', 'b>'));
    const [a, b, c] = ['a', 'b', 'c'].map((word) => BigInt.asIntN(32, BigInt(fastTextHash(word)))) as [
      bigint,
      bigint,
      bigint,
    ];
    const mixed = (x: bigint, y: bigint): bigint => BigInt.asUintN(64, x * 116049371n + y);
    const runs = [mixed(a, b), mixed(mixed(a, b), c), mixed(b, c)].map((hash) => Number(hash % 100n));
    expect([...new HashedNgrams({ buckets: 100, wordNgrams: 3 }).encode('a b c')]).toEqual([
      ...hashes('a', 'b', 'c'),
      ...runs,
    ]);
  });

  it('gives words of a vocabulary their numbers, puts n-grams behind, and passes over other words', () => {
    const tokenizer = new HashedNgrams({ buckets: 100, vocabulary: ['b', 'ab'], characters: [3, 3] });
    expect([...tokenizer.encode('ab x b')]).toEqual([
      1,
      ...hashes('<ab', 'ab>').map((n) => n + 2),
      ...hashes('<x>').map((n) => n + 2),
      0,
      ...hashes('<b>').map((n) => n + 2),
    ]);
    expect(tokenizer.size).toBe(102);
  });

  it('puts texts one behind the other, empty ones too', () => {
    const { indices, offsets } = new HashedNgrams({ buckets: 100 }).bags(['a b', '', 'c']);
    expect([indices.toArray(), offsets]).toEqual([hashes('a', 'b', 'c'), [0, 2, 2]]);
  });

  it.each<HashedNgramsOptions>([
    { buckets: 0 },
    { buckets: 1.5 },
    { buckets: 9, wordNgrams: 0 },
    { buckets: 9, characters: [0, 2] },
    { buckets: 9, characters: [1, Number.NaN] },
  ])('refuses %o', (options) => {
    expect(() => new HashedNgrams(options)).toThrow(ConfigError);
  });
});

describe('characterIndices', () => {
  it('has 70 characters', () => {
    expect(charCnnAlphabet.length).toBe(70);
    expect(new Set(charCnnAlphabet).size).toBe(69);
  });

  it('numbers the last characters first, and fills up with 0', () => {
    const indices = characterIndices(['aB\u00E9-', '\n', 'xyzabc'], { length: 5 });
    expect(indices.toArray()).toEqual([
      [60, 0, 2, 1, 0],
      [70, 0, 0, 0, 0],
      [3, 2, 1, 26, 25],
    ]);
    expect(characterIndices([]).shape).toEqual([0, 1014]);
    expect(() => characterIndices(['a'], { length: 0 })).toThrow(ConfigError);
  });
});
