import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcastStrides, Layout } from './layout.js';
import type { Shape } from './shape.js';
import { indicesOf, positionOf } from './tables.testing.js';

const shapes = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });
const placeOf = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((place, i, axis) => place + i * (strides[axis] as number), 0);

describe('the row-major layout', () => {
  it('puts element k of the list of indices at place k', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { strides, size } = Layout.contiguous(shape);
        expect(indicesOf(shape).map((index) => placeOf(index, strides))).toEqual([...new Array(size).keys()]);
      }),
    );
  });

  it('steps by the product of the extents behind an axis', () => {
    expect(Layout.contiguous([2, 3, 4]).strides).toEqual([12, 4, 1]);
    expect(Layout.contiguous([])).toMatchObject({ strides: [], size: 1, isContiguous: true });
  });
});

describe('a layout is contiguous', () => {
  it('exactly if place k holds element k', () => {
    const strided = shapes.chain((shape) =>
      fc.tuple(
        fc.constant<Shape>(shape),
        fc.array(fc.constantFrom(0, 1, 2, 3, 4, 6, 9), { minLength: shape.length, maxLength: shape.length }),
      ),
    );
    fc.assert(
      fc.property(strided, ([shape, strides]) => {
        const inOrder = indicesOf(shape).every(
          (index) => placeOf(index, strides) === positionOf(index, shape),
        );
        expect(new Layout(shape, strides).isContiguous).toBe(inOrder);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['transposed', [3, 2], [1, 3], false],
    ['repeated', [2, 3], [0, 1], false],
    ['a row turned into a column', [3, 1], [1, 3], true],
    ['an extent of 1, repeated', [1, 3], [0, 1], true],
    ['with gaps', [2, 2], [4, 1], false],
    ['empty', [0, 3], [7, 7], true],
  ] as const)('or not: %s', (_, shape, strides, isContiguous) => {
    expect(new Layout(shape, strides).isContiguous).toBe(isContiguous);
  });
});

describe('a broadcast layout', () => {
  it('stands still along new axes and along extents of 1', () => {
    expect(broadcastStrides(Layout.contiguous([3, 1, 2]), [4, 3, 5, 2])).toEqual([0, 2, 0, 1]);
  });
});
