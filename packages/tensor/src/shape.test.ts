import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError } from './errors.js';
import {
  broadcastShapes,
  checkRows,
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  type Shape,
  sizeOf,
} from './shape.js';

const shapes = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });

/** NumPy's rule by its words: pad with ones on the left; each pair is equal or has a 1. */
function naiveBroadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const pad = (shape: Shape): Shape => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const [left, right] = [pad(a), pad(b)];
  if (left.some((extent, axis) => extent !== right[axis] && extent !== 1 && right[axis] !== 1))
    return undefined;
  return left.map((extent, axis) => (extent === 1 ? (right[axis] as number) : extent));
}

describe('broadcasting', () => {
  it("follows NumPy's rule, and refuses what NumPy refuses", () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const expected = naiveBroadcast(a, b);
        if (expected === undefined) expect(() => broadcastShapes('f', a, b)).toThrow(ShapeError);
        else expect(broadcastShapes('f', a, b)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("returns an operand's own array where it is the result", () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const expected = naiveBroadcast(a, b);
        if (expected === undefined) return;
        const result = broadcastShapes('f', a, b);
        if (sameShape(a, expected)) expect(result).toBe(a);
        else if (sameShape(b, expected)) expect(result).toBe(b);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves the inner axes out when told how many', () => {
    expect(broadcastShapes('f', [2, 1, 5, 6], [3, 7, 8], 2)).toEqual([2, 3]);
    expect(broadcastShapes('f', [5, 6], [7, 8], 2)).toEqual([]);
    expect(() => broadcastShapes('f', [2, 5, 6], [3, 5, 6], 2)).toThrow(/axis -3 has 2 and 3/);
  });

  it('names the first pair of extents, from the end, that cannot meet', () => {
    expect(() => broadcastShapes('add', [4, 2, 3], [5, 3])).toThrow(
      'add: expected shapes that broadcast; got [4, 2, 3] and [5, 3]: axis -2 has 2 and 5. ' +
        'Two extents must be equal, or one of them 1',
    );
  });
});

describe('axes', () => {
  it('count from the front, or as negative ones from the end', () => {
    expect([-3, -2, -1, 0, 1, 2].map((axis) => normalizeAxis('f', axis, 3))).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it.each([3, -4, 0.5, NaN])('of rank 3 do not include %d', (axis) => {
    expect(() => normalizeAxis('f', axis, 3)).toThrow(`f: expected an axis from -3 to 2; got ${axis}`);
  });

  it('do not exist in a scalar', () => {
    expect(() => normalizeAxis('f', 0, 0)).toThrow('f: expected no axis, since a scalar has none; got 0');
    expect(normalizeAxes('f', undefined, 0)).toEqual([]);
  });

  it('are sorted and distinct; all of them when none is given, none of them for an empty list', () => {
    expect(normalizeAxes('f', [-1, 0], 3)).toEqual([0, 2]);
    expect(normalizeAxes('f', -2, 3)).toEqual([1]);
    expect(normalizeAxes('f', undefined, 3)).toEqual([0, 1, 2]);
    expect(normalizeAxes('f', [], 3)).toEqual([]);
  });

  it('are named once', () => {
    expect(() => normalizeAxes('f', [0, -3], 3)).toThrow(
      'f: expected axes that name each axis once; got [0, -3]',
    );
  });
});

describe('a shape', () => {
  it('has the product of its extents as size: 1 for a scalar, 0 with an extent of 0', () => {
    expect([[], [3], [2, 3, 4], [2, 0, 4]].map(sizeOf)).toEqual([1, 3, 24, 0]);
  });

  it('is written in brackets', () => {
    expect([[], [3], [2, 3]].map(formatShape)).toEqual(['[]', '[3]', '[2, 3]']);
  });

  it('equals another in rank and extents', () => {
    fc.assert(fc.property(shapes, shapes, (a, b) => sameShape(a, b) === (formatShape(a) === formatShape(b))));
  });

  it.each([[-1], [1.5], [NaN], [Infinity], [2, -3], ['2' as unknown as number]])(
    'has no extent of %d',
    (...shape) => {
      expect(() => checkShape('f', shape)).toThrow(ShapeError);
    },
  );

  it('of rows has a last axis with something in it', () => {
    expect(() => checkRows('f', [0, 2])).not.toThrow();
    expect(() => checkRows('f', [])).toThrow('f: expected logits of shape [..., classes]; got a scalar');
    expect(() => checkRows('f', [2, 0])).toThrow('f: expected at least one class; got logits [2, 0]');
  });
});
