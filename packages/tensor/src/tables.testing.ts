import { type DType, isFloat } from './dtype.js';
import type { Shape } from './shape.js';

/** A position in a tensor, one number for each axis. */
export type Index = readonly number[];

/**
 * A tensor as mathematics sees it: a shape and a function of the index. No strides, no storage, and nothing that is
 * shared with the code under test.
 */
export interface Table {
  readonly shape: Shape;
  readonly at: (index: Index) => number;
}

/** All indices of a shape, the last axis fastest; one empty index for a scalar. */
export function indicesOf(shape: Shape): Index[] {
  return shape.reduce<Index[]>(
    (indices, extent) => indices.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The position of an index when all are listed as by `indicesOf`. */
export function positionOf(index: Index, shape: Shape): number {
  return index.reduce((position, i, axis) => position * (shape[axis] as number) + i, 0);
}

/** The index at a position: the inverse of `positionOf`. */
export function indexAt(position: number, shape: Shape): Index {
  const index: number[] = [];
  let rest = position;
  for (const extent of shape.toReversed()) {
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return index;
}

/** What an element of a dtype becomes when a real number is stored in it. */
export function store(value: number, dtype: DType): number {
  switch (dtype) {
    case 'bool':
      return value === 0 ? 0 : 1;
    case 'int32':
      return value | 0;
    case 'float32':
      return Math.fround(value);
    case 'float64':
      return value;
  }
}

/** The distance from 1 to the next number of a dtype; integers are exact. */
export function epsilonOf(dtype: DType): number {
  return isFloat(dtype) ? (dtype === 'float32' ? 2 ** -23 : 2 ** -52) : 0;
}
