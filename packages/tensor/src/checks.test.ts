import { describe, expect, it } from 'vitest';
import { fullLike, tensor, zeros } from './create.js';
import { DTypeError, ShapeError } from './errors.js';
import { add, neg } from './ops/arithmetic.js';
import { greater, where } from './ops/compare.js';
import { diagonal, trace } from './ops/diagonal.js';
import { einsum } from './ops/einsum.js';
import { cast, exp } from './ops/functions.js';
import { gather, scatterAdd } from './ops/indexing.js';
import { matmul } from './ops/matmul.js';
import { dot, outer } from './ops/products.js';
import { expand, reshape, transpose } from './ops/rearrange.js';
import { max } from './ops/extremes.js';
import { mean, sum } from './ops/reduce.js';
import { renyiDivergence } from './ops/renyi.js';
import { crossEntropy } from './ops/cross-entropy.js';
import { softmax } from './ops/softmax.js';
import { cholesky, triangularSolve } from './ops/triangular.js';
import type { Tensor } from './tensor.js';

type Call = (x: Tensor) => unknown;

/** Every way in: an operand that the type system did not get to see. */
const doors: Readonly<Record<string, Call>> = {
  add: (x) => add(x, 1),
  neg,
  exp,
  greater: (x) => greater(x, 1),
  where: (x) => where(tensor([true]), x, 1),
  cast: (x) => cast(x, 'float64'),
  gather: (x) => gather(x, tensor([0], { dtype: 'int32' }), 0),
  scatterAdd: (x) => scatterAdd(x, tensor([0], { dtype: 'int32' }), zeros([1]), 0),
  matmul: (x) => matmul(x, zeros([1, 1])),
  dot: (x) => dot(x, zeros([1])),
  outer: (x) => outer(x, zeros([1])),
  einsum: (x) => einsum('i', x),
  diagonal: (x) => diagonal(x),
  trace,
  cholesky: (x) => cholesky(x),
  triangularSolve: (x) => triangularSolve(x, zeros([1])),
  reshape: (x) => reshape(x, [1]),
  transpose: (x) => transpose(x),
  expand: (x) => expand(x, [1]),
  sum: (x) => sum(x),
  mean: (x) => mean(x),
  max: (x) => max(x),
  softmax,
  crossEntropy: (x) => crossEntropy(x, tensor([0], { dtype: 'int32' })),
  renyiDivergence: (x) => renyiDivergence(x, zeros([1, 2]), 2),
  fullLike: (x) => fullLike(x, 1),
};

const impostors: readonly (readonly [unknown, string])[] = [
  [undefined, 'undefined'],
  [null, 'null'],
  ['2', '"2"'],
  [2n, '2n'],
  [[1, 2], 'Array. Wrap it with tensor(...)'],
  [new Float32Array(2), 'Float32Array. Wrap it with tensor(...)'],
  [Promise.resolve(zeros([1])), 'Promise'],
  [{}, 'Object'],
];

describe('an operand that is no tensor is refused by name', () => {
  it.each(Object.entries(doors))('at the door of %s', (name, call) => {
    for (const [impostor, got] of impostors) {
      expect(() => call(impostor as Tensor)).toThrow(DTypeError);
      expect(() => call(impostor as Tensor)).toThrow(`${name}: expected a tensor; got ${got}`);
    }
  });
});

describe('a shape', () => {
  it.each([['[2, 3]'], [6], [null]])('that is %j is no shape', (shape) => {
    expect(() => reshape(zeros([6]), shape as unknown as number[])).toThrow(ShapeError);
    expect(() => zeros(shape as unknown as number[])).toThrow(ShapeError);
  });

  it('of more elements than an int32 can count is refused before anything is allocated', () => {
    expect(() => zeros([2 ** 16, 2 ** 15])).toThrow('expected at most 2^31 - 1 elements; got [65536, 32768]');
    expect(() => expand(zeros([]), [2 ** 31])).toThrow(ShapeError);
    expect(() => add(zeros([2 ** 16, 1]), zeros([1, 2 ** 15]))).toThrow(ShapeError);
  });
});

describe('a typed array whose elements are no numbers', () => {
  it.each([
    [new BigInt64Array(2), 'BigInt64Array. Convert it with Float64Array.from(values, Number)'],
    [new BigUint64Array(2), 'BigUint64Array. Convert it with Float64Array.from(values, Number)'],
    [new DataView(new ArrayBuffer(8)), 'DataView'],
  ])('is refused: %#', (values, got) => {
    expect(() => tensor(values as unknown as Float32Array, { dtype: 'float32' })).toThrow(
      `tensor: expected a typed array of numbers; got ${got}`,
    );
  });
});
