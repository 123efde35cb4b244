import { type Backend, ConfigError, defaultBackend, type Tensor, tensor } from '@renyi/tensor';

/** FNV-1a, 32 bits, over the UTF-8 bytes of a word as fastText takes them: as signed ones, so that those from 128 on flip the upper bits. */
export function fastTextHash(word: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(word))
    hash = Math.imul(hash ^ ((byte << 24) >> 24), 0x01000193);
  return hash >>> 0;
}

export interface HashedNgramsOptions {
  /** How many numbers n-grams have: 2,000,000 in fastText. */
  readonly buckets: number;
  /** Words with a number of their own, from 0 on; the numbers of n-grams follow. Without them, words are hashed, too. */
  readonly vocabulary?: readonly string[];
  /** The longest run of words that has a number; 1 by default: no n-grams of words. */
  readonly wordNgrams?: number;
  /** The lengths of n-grams of characters, with < before a word and > behind; none by default. */
  readonly characters?: readonly [shortest: number, longest: number];
}

/**
 * Texts as numbers of words and hashed n-grams, as fastText computes them. Words are what spaces separate; lower case and punctuation are the
 * caller's. A word that the vocabulary lacks has only its n-grams.
 *
 * Source: A. Joulin et al., "Bag of Tricks for Efficient Text Classification", EACL 2017; P. Bojanowski et al., "Enriching Word Vectors with
 * Subword Information", TACL 2017.
 *
 * @example
 * import { HashedNgrams } from '@renyi/nn/data';
 * const tokenizer = new HashedNgrams({ buckets: 1000, vocabulary: ['hoist', 'sail'], wordNgrams: 2 });
 * console.log(tokenizer.size, [...tokenizer.encode('hoist the sail')].slice(0, 2)); // => 1002 [ 0, 1 ]
 */
export class HashedNgrams {
  readonly buckets: number;
  readonly #numbers: ReadonlyMap<string, number> | undefined;
  readonly #wordNgrams: number;
  readonly #characters: readonly [shortest: number, longest: number];

  /** @throws ConfigError for counts that are none */
  constructor(options: HashedNgramsOptions) {
    const { buckets, vocabulary, wordNgrams = 1, characters = [1, 0] } = options;
    const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 1 && n < 2 ** 31;
    if (![buckets, wordNgrams, characters[0], characters[1] + 1].every(isCount)) {
      throw new ConfigError('HashedNgrams', {
        expected: 'whole numbers of buckets and lengths of n-grams, from 1',
        got: `buckets ${buckets}, wordNgrams ${wordNgrams}, characters ${characters.join(' to ')}`,
      });
    }
    this.buckets = buckets;
    this.#numbers = vocabulary && new Map(vocabulary.map((word, number) => [word, number]));
    this.#wordNgrams = wordNgrams;
    this.#characters = characters;
  }

  /** How many numbers there are: as many vectors an embedding needs. */
  get size(): number {
    return (this.#numbers?.size ?? 0) + this.buckets;
  }

  /** The numbers of a text: its words, each with its n-grams of characters, then the runs of words. */
  encode(text: string): Int32Array {
    const words = text.split(/\s+/).filter((word) => word !== '');
    const first = this.#numbers?.size ?? 0;
    const bucket = (hash: number): number => first + (hash % this.buckets);
    const numbers: number[] = [];
    for (const word of words) {
      const own = this.#numbers === undefined ? bucket(fastTextHash(word)) : this.#numbers.get(word);
      if (own !== undefined) numbers.push(own);
      for (const part of this.#partsOf(word)) numbers.push(bucket(fastTextHash(part)));
    }
    // As there, hashes of words are signed, and mixed in 64 bits.
    const hashes = words.map((word) => BigInt(fastTextHash(word) | 0));
    for (let i = 0; i < hashes.length; i++) {
      let hash = hashes[i] as bigint;
      for (let j = i + 1; j < hashes.length && j < i + this.#wordNgrams; j++) {
        hash = BigInt.asUintN(64, hash * 116049371n + (hashes[j] as bigint));
        numbers.push(first + Number(hash % BigInt(this.buckets)));
      }
    }
    return Int32Array.from(numbers);
  }

  /** Texts for an `EmbeddingBag`: all numbers in a row, and where each text starts. */
  bags(texts: readonly string[]): { readonly indices: Tensor; readonly offsets: number[] } {
    const encoded = texts.map((text) => this.encode(text));
    let length = 0;
    const offsets = encoded.map((numbers) => {
      length += numbers.length;
      return length - numbers.length;
    });
    const indices = new Int32Array(length);
    for (const [i, numbers] of encoded.entries()) indices.set(numbers, offsets[i]);
    return { indices: tensor(indices), offsets };
  }

  *#partsOf(word: string): Iterable<string> {
    const [shortest, longest] = this.#characters;
    if (longest === 0) return;
    const characters = ['<', ...Array.from(word), '>'];
    for (let i = 0; i < characters.length; i++) {
      for (let n = shortest; n <= longest && i + n <= characters.length; n++) {
        const isMark = n === 1 && (i === 0 || i + 1 === characters.length);
        if (!isMark) yield characters.slice(i, i + n).join('');
      }
    }
  }
}

/** The 70 characters of the paper: letters, digits, marks (the hyphen stands twice, and its second place counts) and the line end. */
export const charCnnAlphabet: string =
  'abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:\'"/\\|_@#$%^&*~`+-=<>()[]{}\n';

/**
 * Texts as numbers of characters for `CharCNN`: int32 [texts, length], from 1 on in the order of the alphabet, 0 for others and behind the
 * end. In lower case, and backward: the last characters come first, and of longer texts the last `length` count.
 * @throws ConfigError unless the length is a whole number, at least 1
 * Source: X. Zhang, J. Zhao, Y. LeCun, "Character-level Convolutional Networks for Text Classification", NIPS 2015, section 2.2.
 *
 * @example
 * import { characterIndices } from '@renyi/nn/data';
 * console.log(characterIndices(['Cab'], { length: 4 }).toArray()); // => [ [ 2, 1, 3, 0 ] ]
 */
export function characterIndices(
  texts: readonly string[],
  options: {
    readonly length?: number;
    readonly alphabet?: string;
    readonly backend?: Backend;
  } = {},
): Tensor {
  const { length = 1014, alphabet = charCnnAlphabet, backend = defaultBackend() } = options;
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new ConfigError('characterIndices', { expected: 'a length of at least 1', got: String(length) });
  }
  const numbers = new Map(Array.from(alphabet).map((character, i) => [character, i + 1]));
  const indices = new Int32Array(texts.length * length);
  for (const [i, text] of texts.entries()) {
    const characters = Array.from(text.toLowerCase()).slice(-length).reverse();
    indices.set(
      Int32Array.from(characters, (character) => numbers.get(character) ?? 0),
      i * length,
    );
  }
  return tensor(indices, { shape: [texts.length, length], backend });
}
