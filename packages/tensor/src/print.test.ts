import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from './create.js';
import { BackendError } from './errors.js';
import { transpose } from './ops/rearrange.js';
import type { Tensor } from './tensor.js';
import { variantBackend } from './variant-backend.testing.js';

const counting = (shape: readonly number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((size, extent) => size * extent, 1) }, (_, i) => i),
    { shape },
  );

const printed: readonly (readonly [string, Tensor, string])[] = [
  ['a scalar', tensor(3), 'tensor(3, shape [], float32)'],
  ['a fraction, with 4 decimals', tensor(0.5), 'tensor(0.5000, shape [], float32)'],
  ['a vector', tensor([1, 20, -3]), 'tensor([ 1, 20, -3], shape [3], float32)'],
  [
    'a matrix, in aligned columns',
    tensor([
      [1, 2.5],
      [-30, 4],
    ]),
    'tensor([[  1.0000,   2.5000],\n        [-30.0000,   4.0000]], shape [2, 2], float32)',
  ],
  [
    'a view in its own order',
    transpose(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ),
    'tensor([[1, 3],\n        [2, 4]], shape [2, 2], float32)',
  ],
  [
    'three axes, with an empty line between matrices',
    counting([2, 2, 2]),
    'tensor([[[0, 1],\n         [2, 3]],\n\n        [[4, 5],\n         [6, 7]]], shape [2, 2, 2], float32)',
  ],
  ['booleans', tensor([true, false]), 'tensor([ true, false], shape [2], bool)'],
  [
    'integers, with all digits',
    tensor([2 ** 31 - 1, -1], { dtype: 'int32' }),
    'tensor([2147483647,         -1], shape [2], int32)',
  ],
  [
    'what is no number',
    tensor([NaN, Infinity, -Infinity, 1]),
    'tensor([   nan,    inf,   -inf, 1.0000], shape [4], float32)',
  ],
  [
    'very small and very large numbers, with an exponent',
    tensor([1e-5, 123456.5, 0, -2e-4], { dtype: 'float64' }),
    'tensor([ 1.000e-5,  1.235e+5,    0.0000, -2.000e-4], shape [4], float64)',
  ],
  ['zeros with their sign', tensor([0, -0]), 'tensor([ 0, -0], shape [2], float32)'],
  [
    'a long row, in several lines',
    counting([30]),
    'tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,\n        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29], shape [30], float32)',
  ],
  ['nothing', tensor([]), 'tensor([], shape [0], float32)'],
  ['rows of nothing', zeros([2, 0]), 'tensor([[],\n        []], shape [2, 0], float32)'],
  ['no rows', zeros([0, 3]), 'tensor([], shape [0, 3], float32)'],
  [
    'the ends of a long vector',
    counting([201]),
    'tensor([  0,   1,   2, ..., 198, 199, 200], shape [201], float32)',
  ],
  [
    'the corners of a large matrix',
    counting([20, 20]),
    [
      'tensor([[  0,   1,   2, ...,  17,  18,  19],',
      '        [ 20,  21,  22, ...,  37,  38,  39],',
      '        [ 40,  41,  42, ...,  57,  58,  59],',
      '        ...,',
      '        [340, 341, 342, ..., 357, 358, 359],',
      '        [360, 361, 362, ..., 377, 378, 379],',
      '        [380, 381, 382, ..., 397, 398, 399]], shape [20, 20], float32)',
    ].join('\n'),
  ],
];

describe('a tensor prints', () => {
  it.each(printed)('%s', (_, x, text) => {
    expect(x.toString()).toBe(text);
  });

  it('an axis of up to 6 in full', () => {
    const rows = counting([6, 40]).toString().split('\n');
    expect(rows.map((row) => row.includes('...'))).toEqual(new Array(6).fill(true));
    expect(rows).toHaveLength(6);
  });

  it('200 elements in full', () => {
    expect(counting([200]).toString()).not.toContain('...');
  });
});

describe('console.log', () => {
  it.each(printed)('shows the same: %s', (_, x, text) => {
    expect(inspect(x)).toBe(text);
  });

  it('shows a tensor inside an object, its rows below the name', () => {
    expect(inspect({ x: tensor([1, 2]) })).toBe('{ x: tensor([1, 2], shape [2], float32) }');
    const text = [
      '{',
      '  logits: tensor(',
      '    [[1, 2],',
      '     [3, 4]], shape [2, 2], float32),',
      '  list: [',
      '    tensor(',
      '      [[1, 3],',
      '       [2, 4]], shape [2, 2], float32)',
      '  ]',
      '}',
    ];
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(inspect({ logits: x, list: [transpose(x)] })).toBe(text.join('\n'));
  });

  it('shows the shape alone where it is too deep for more', () => {
    expect(inspect({ a: { b: { c: { x: zeros([2, 3]) } } } }, { depth: 4 })).toContain('x: tensor(');
    expect(inspect({ a: [zeros([2, 3])] }, { depth: 1 })).toContain('[Tensor [2, 3] float32]');
  });
});

describe('what cannot be read at once', () => {
  it('is not shown', () => {
    const backend = variantBackend('far');
    const x = ones([2]).to(backend);
    backend.readSync = () => {
      throw new BackendError('dataSync', { expected: 'a backend that answers at once', got: 'far' });
    };
    expect(String(x)).toBe('tensor(on far, shape [2], float32)');
  });
});

describe('whatever a tensor holds', () => {
  const values = fc.oneof(
    fc.double({ min: -1e300, max: 1e300 }),
    fc.integer({ min: -1000, max: 1000 }),
    fc.constantFrom(0, -0, NaN, Infinity),
  );
  const tensors = fc
    .record({
      shape: fc.array(fc.nat(5), { maxLength: 3 }),
      dtype: fc.constantFrom('float64' as const, 'float32' as const, 'int32' as const, 'bool' as const),
      pool: fc.array(values, { minLength: 1, maxLength: 20 }),
      times: fc.constantFrom(1, 9),
    })
    .map(({ shape, dtype, pool, times }) => {
      // Some of them too large to be shown in full.
      const full = shape.map((extent) => extent * times);
      const size = full.reduce((product, extent) => product * extent, 1);
      return tensor(
        Float64Array.from({ length: size }, (_, i) => pool[i % pool.length] as number),
        { shape: full, dtype },
      );
    });

  it('no line is longer than 80 columns, besides shape and dtype at the end', () => {
    fc.assert(
      fc.property(tensors, (x) => {
        const ending = `, shape [${x.shape.join(', ')}], ${x.dtype})`;
        expect(x.toString().endsWith(ending)).toBe(true);
        for (const line of x.toString().slice(0, -ending.length).split('\n')) {
          expect(line.length).toBeLessThanOrEqual(80);
          expect(line).toBe(line.trimEnd());
        }
      }),
    );
  });

  it('elements stand below each other: commas are in the same columns of all full lines', () => {
    fc.assert(
      fc.property(
        tensors.filter(({ shape, size }) => shape.length > 0 && size > 0),
        (x) => {
          const text = x.toString().replace(/, shape .*$/, '');
          const lines = text.split('\n').filter((line) => /[\w]/.test(line.replace('tensor(', '')));
          const columns = lines.map((line) =>
            Array.from(line.replace(/\]*,?$/, '').matchAll(/,/g), ({ index }) => index),
          );
          const longest = columns.reduce((a, b) => (a.length >= b.length ? a : b));
          for (const own of columns) expect(longest.slice(0, own.length)).toEqual(own);
        },
      ),
    );
  });

  it('it can be read back as far as it is shown', () => {
    fc.assert(
      fc.property(
        tensors.filter(({ size }) => size > 0 && size <= 200),
        (x) => {
          const words = x
            .toString()
            .replace(/, shape .*$/s, '')
            .match(/-?(?:nan|inf|true|false|\d[\d.e+-]*)/g);
          const read: Readonly<Record<string, number>> = {
            nan: NaN,
            inf: Infinity,
            '-inf': -Infinity,
            true: 1,
            false: 0,
          };
          const shown = (words ?? []).map((word) => read[word] ?? Number(word));
          const data = x.dataSync();
          expect(shown.length).toBe(data.length);
          shown.forEach((value, i) => {
            const actual = data[i] as number;
            // Four decimals, or four digits.
            const isClose =
              Object.is(value, actual) ||
              Math.abs(value - actual) <= Math.max(5.1e-5, 5.1e-4 * Math.abs(actual));
            expect(isClose || value === actual, `${value} for ${actual}`).toBe(true);
          });
        },
      ),
    );
  });
});
