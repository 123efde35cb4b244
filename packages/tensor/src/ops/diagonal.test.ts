import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { arange, eye } from '../sequences.js';
import { diagonal, trace } from './diagonal.js';
import { tril, triu } from './mask.js';
import { expand, reshape, transpose } from './rearrange.js';
import { sum } from './reduce.js';

const extent = fc.integer({ min: 0, max: 5 });

describe('diagonal', () => {
  it('holds the elements whose column is as far right of their row as it says', () => {
    fc.assert(
      fc.property(extent, extent, extent, fc.integer({ min: -6, max: 6 }), (batch, rows, columns, offset) => {
        const x = reshape(arange(batch * rows * columns), [batch, rows, columns]);
        const expected = (x.toArray() as number[][][]).map((matrix) =>
          matrix.flatMap((row, i) => {
            const element = row[i + offset];
            return element === undefined ? [] : [element];
          }),
        );
        expect(diagonal(x, { diagonal: offset }).toArray()).toEqual(expected);
      }),
    );
  });

  it('of the transpose is the one of the other sign', () => {
    const x = reshape(arange(12), [3, 4]);
    for (let k = -3; k <= 4; k++) {
      expect(diagonal(transpose(x), { diagonal: -k }).toArray()).toEqual(
        diagonal(x, { diagonal: k }).toArray(),
      );
    }
  });

  it('is a view where the matrices lie in order', () => {
    const x = zeros([200, 200]);
    expect(diagonal(x).storage).toBe(x.storage);
  });

  it('of a matrix that repeats one element repeats it', () => {
    expect(diagonal(expand(tensor([7]), [3, 3])).toArray()).toEqual([7, 7, 7]);
  });

  it.each([
    [
      'a vector',
      () => diagonal(zeros([3])),
      'diagonal: expected matrices [..., m, n] and a diagonal that is a whole number; got [3] and 0',
    ],
    ['half a diagonal', () => diagonal(eye(2), { diagonal: 0.5 }), 'got [2, 2] and 0.5'],
    ['a trace of a scalar', () => trace(zeros([])), 'trace: expected matrices'],
  ])('refuses %s', (_, f, message) => {
    expect(f).toThrow(
      expect.objectContaining({ name: 'ShapeError', message: expect.stringContaining(message) as string }),
    );
  });
});

describe('trace', () => {
  it('is n of the identity, and the sum of all elements of a diagonal matrix', () => {
    const x = reshape(arange(18), [2, 3, 3]);
    expect(trace(eye(4)).item()).toBe(4);
    expect(trace(x).toArray()).toEqual(sum(tril(triu(x)), { axis: [1, 2] }).toArray());
    expect(trace(zeros([0, 3])).item()).toBe(0);
  });
});
