import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { indicesOf, positionOf } from '../tables.testing.js';
import { tile } from './tile.js';

describe('tile', () => {
  it('has element i mod extent at place i of each axis', () => {
    const cases = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 3 });
    fc.assert(
      fc.property(cases, fc.nat(1), (axes, leading) => {
        const shape = axes.map(([extent]) => extent);
        const size = shape.reduce((product, extent) => product * extent, 1);
        const x = tensor(
          Float32Array.from({ length: size }, (_, i) => i),
          { shape },
        );
        const repeats = [...new Array<number>(leading).fill(2), ...axes.map(([, repeat]) => repeat)];
        const result = tile(x, repeats);
        const expected = indicesOf(result.shape).map((index) =>
          positionOf(
            index.slice(leading).map((i, axis) => i % (shape[axis] as number)),
            shape,
          ),
        );
        expect(result.shape).toEqual(repeats.map((repeat, axis) => repeat * (shape[axis - leading] ?? 1)));
        expect(Array.from(result.dataSync())).toEqual(expected);
      }),
    );
  });

  it.each<[string, readonly number[], string]>([
    ['fewer repeats than axes', [2], '[2]'],
    ['a negative repeat', [1, -1], '[1, -1]'],
    ['half a repeat', [1, 0.5], '[1, 0.5]'],
    ['what is no list', 2 as never, '2'],
    ['a result beyond all memory', [2 ** 16, 2 ** 16], '[65536, 65536]'],
  ])('refuses %s', (_, repeats, got) => {
    expect(() => tile(zeros([2, 3]), repeats)).toThrow(
      expect.objectContaining({ name: 'ShapeError', operation: 'tile', got }),
    );
  });
});
