import { checkTensor } from './checks.js';
import { type CreateOptions, tensor } from './create.js';
import { checkDType, isFloat, type TypedArray } from './dtype.js';
import { DomainError, DTypeError } from './errors.js';
import { placeIn } from './interval.js';
import { philox } from './philox.js';
import { checkRows, checkShape, type Shape, sizeOf } from './shape.js';
import type { Tensor } from './tensor.js';

/** All that a generator is: plain data, to be stored with a run and resumed from. */
export interface GeneratorState {
  readonly key: readonly [number, number];
  /** How many draws and splits it has made. */
  readonly calls: number;
}

/** The last counter word keeps what draws and splits use of the same key apart. */
const drawDomain = 0;
const splitDomain = 1;
const seedDomain = 2;

/**
 * A seedable, splittable, counter-based source of random numbers (Philox4x32-10). There is no global one:
 * whatever is random takes a generator. The same seed gives the same numbers on every machine, backend and
 * thread count; a float32 draw from [0, 1) is the float64 draw of the same seed cut to 24 bits.
 *
 * @example
 * import { Generator } from '@renyi/tensor';
 * const a = new Generator(7).uniform([3]);
 * const b = new Generator(7).uniform([3]);
 * console.log(String(a) === String(b)); // => true
 */
export class Generator {
  #key: readonly [number, number];
  #calls = 0;

  /** @param seed a whole number from 0 to 2^53 - 1 @throws DomainError */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new DomainError('Generator', {
        expected: 'a seed that is a whole number from 0 to 2^53 - 1',
        got: String(seed),
      });
    }
    // Neighboring seeds are mixed into unrelated keys.
    const words = new Uint32Array(4);
    philox(seed >>> 0, Math.floor(seed / 2 ** 32), 0, 0, 0, seedDomain, words);
    this.#key = [words[0] as number, words[1] as number];
  }

  /** Goes on where the generator of that state was. @throws DomainError for what is no state */
  static fromState(state: GeneratorState): Generator {
    const isState =
      state?.key?.length === 2 && // it may come from a file
      state.key.every((word) => word === word >>> 0) &&
      Number.isSafeInteger(state.calls) &&
      state.calls >= 0;
    if (!isState) {
      throw new DomainError('Generator.fromState', {
        expected: 'a key of two unsigned 32-bit numbers and a whole number of calls',
        got: JSON.stringify(state),
      });
    }
    const generator = new Generator(0);
    generator.#key = [state.key[0], state.key[1]];
    generator.#calls = state.calls;
    return generator;
  }

  get state(): GeneratorState {
    return { key: this.#key, calls: this.#calls };
  }

  /**
   * A generator whose numbers have nothing to do with those of this one or of its other splits.
   * Give each consumer its own, and adding one does not change what the others draw.
   */
  split(): Generator {
    const words = new Uint32Array(4);
    this.#block(0, this.#nextCall(), splitDomain, words);
    return Generator.fromState({ key: [words[0] as number, words[1] as number], calls: 0 });
  }

  /**
   * Uniform numbers in [low, high), by default [0, 1); in int32, the whole numbers low ... high - 1. The bounds are
   * those of the dtype: in float32, 0.1 means 0.100000001.
   * @throws ShapeError for an impossible shape
   * @throws DTypeError for bool
   * @throws DomainError unless low < high, both finite
   * @see torch.Tensor.uniform_, torch.randint
   */
  uniform(
    shape: Shape,
    options: CreateOptions & { readonly low?: number; readonly high?: number } = {},
  ): Tensor {
    checkShape('uniform', shape);
    const { low = 0, high = 1, dtype = 'float32' } = options;
    checkDType('uniform', dtype);
    const place = placeIn(dtype, low, high);
    const values = this.#unit(sizeOf(shape), dtype === 'float32').map(place);
    return tensor(values, { ...options, dtype, shape });
  }

  /**
   * Normal numbers by Box and Muller's transform of pairs of uniform ones (1958), by default of mean 0 and std 1.
   * In float32 they are the float64 ones, rounded.
   * @throws ShapeError for an impossible shape
   * @throws DTypeError unless the dtype is float32 or float64
   * @throws DomainError unless mean and std are finite and std is at least 0
   * @see torch.normal
   */
  normal(
    shape: Shape,
    options: CreateOptions & { readonly mean?: number; readonly std?: number } = {},
  ): Tensor {
    checkShape('normal', shape);
    const { mean = 0, std = 1, dtype = 'float32' } = options;
    checkDType('normal', dtype);
    if (!isFloat(dtype)) throw new DTypeError('normal', { expected: 'float32 or float64', got: dtype });
    if (!(Number.isFinite(mean) && Number.isFinite(std) && std >= 0)) {
      throw new DomainError('normal', {
        expected: 'a finite mean and a finite std of at least 0',
        got: `mean ${mean}, std ${std}`,
      });
    }
    const size = sizeOf(shape);
    const unit = this.#unit(size + (size % 2), false);
    const values = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const pair = i - (i % 2);
      // 1 - u is in (0, 1], where the logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log(1 - (unit[pair] as number)));
      const angle = 2 * Math.PI * (unit[pair + 1] as number);
      values[i] = mean + std * radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    }
    return tensor(values, { ...options, dtype, shape });
  }

  /**
   * The whole numbers 0 ... n - 1 in random order (Fisher and Yates), each of the n! orders equally likely.
   * @throws DomainError unless n is a whole number from 0 to 2^31 @see torch.randperm
   */
  permutation(n: number): Int32Array {
    if (!Number.isInteger(n) || n < 0 || n > 2 ** 31) {
      throw new DomainError('permutation', { expected: 'a whole number from 0 to 2^31', got: String(n) });
    }
    const order = Int32Array.from({ length: n }, (_, i) => i);
    const unit = this.#unit(n, false);
    for (let i = n - 1; i > 0; i--) {
      // 53 random bits over at most 2^31 choices: the bias is below 2^-22 of each probability.
      const j = Math.floor((unit[i] as number) * (i + 1));
      const held = order[i] as number;
      order[i] = order[j] as number;
      order[j] = held;
    }
    return order;
  }

  /**
   * True with probability p, by default a half, each element by itself; in a number dtype 1 and 0.
   * @throws ShapeError for an impossible shape
   * @throws DomainError unless p is in [0, 1] @see torch.bernoulli
   */
  bernoulli(shape: Shape, options: CreateOptions & { readonly p?: number } = {}): Tensor {
    checkShape('bernoulli', shape);
    const { p = 0.5, dtype = 'bool' } = options;
    checkDType('bernoulli', dtype);
    if (!(p >= 0 && p <= 1)) {
      throw new DomainError('bernoulli', { expected: 'a probability in [0, 1]', got: String(p) });
    }
    const values = this.#unit(sizeOf(shape), false).map((u) => Number(u < p));
    return tensor(values, { ...options, dtype, shape });
  }

  /**
   * One class for each row of logits [..., classes], with the probabilities softmax(logits): int32 of [...]. By the inverse of
   * the cumulative distribution, in float64; a class of logit -Infinity is never drawn. The logits are read at once.
   * @throws ShapeError, DomainError unless there are classes, and each row is a distribution
   * @throws BackendError where the logits cannot be read synchronously @see jax.random.categorical, torch.multinomial
   */
  categorical(logits: Tensor): Tensor {
    checkTensor('categorical', logits);
    checkRows('categorical', logits.shape);
    const classes = logits.shape[logits.rank - 1] as number;
    const shape = logits.shape.slice(0, -1);
    const values = logits.dataSync();
    const draws = this.#unit(sizeOf(shape), false);
    const drawn = Int32Array.from(draws, (u, row) =>
      classAt(values.subarray(row * classes, (row + 1) * classes), u),
    );
    return tensor(drawn, { shape, backend: logits.storage.backend });
  }

  /** Uniform numbers in [0, 1) with 53 random bits, or with the upper 24 of them. */
  #unit(size: number, cutTo24: boolean): Float64Array {
    const values = new Float64Array(size);
    const words = new Uint32Array(4);
    const call = this.#nextCall();
    for (let i = 0; i < size; i++) {
      if (i % 2 === 0) this.#block(i / 2, call, drawDomain, words);
      const high = words[(i % 2) * 2] as number;
      const low = words[(i % 2) * 2 + 1] as number;
      values[i] = cutTo24 ? (high >>> 8) * 2 ** -24 : ((high >>> 5) * 2 ** 26 + (low >>> 6)) * 2 ** -53;
    }
    return values;
  }

  #block(index: number, call: number, domain: number, out: Uint32Array): void {
    philox(this.#key[0], this.#key[1], index >>> 0, call >>> 0, Math.floor(call / 2 ** 32), domain, out);
  }

  #nextCall(): number {
    return this.#calls++;
  }
}

/** The first class at which the cumulative softmax of the row exceeds u in [0, 1). @throws DomainError */
function classAt(logits: TypedArray, u: number): number {
  const largest = Array.from(logits).reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(largest)) {
    throw new DomainError('categorical', {
      expected: 'rows of logits without NaN, at least one of them finite and none Infinity',
      got: `[${logits.join(', ')}]`,
    });
  }
  const weights = Array.from(logits, (logit) => Math.exp(logit - largest));
  let left = u * weights.reduce((total, weight) => total + weight, 0);
  // Rounding may leave a little at the end: then the last class that has a probability is it.
  let last = 0;
  for (const [k, weight] of weights.entries()) {
    if (weight > 0) last = k;
    left -= weight;
    if (left < 0) return k;
  }
  return last;
}
