import { DomainError, ShapeError } from './errors.js';

/** Extents, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** `[2, 3]`, as all messages and printed tensors show a shape. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The number of elements: the product of the extents, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis] as number;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** What an int32 can count, so that every position in a tensor is a valid index; also within what engines allocate. */
const largestSize = 2 ** 31 - 1;

/**
 * @throws ShapeError unless there are at most 2^31 - 1 elements. Views are held to it too: sooner or later somebody
 * reads them.
 */
export function checkSize(operation: string, shape: Shape): void {
  const size = sizeOf(shape);
  if (!(size <= largestSize)) {
    throw new ShapeError(operation, {
      expected: 'at most 2^31 - 1 elements',
      got: formatShape(shape),
      difference: `that is ${size} elements`,
    });
  }
}

/** @throws ShapeError unless every extent is a whole number of at least 0, and their product at most 2^31 - 1. */
export function checkShape(operation: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(operation, {
      expected: 'a shape, which is an array of extents',
      got: String(shape),
    });
  }
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new ShapeError(operation, {
        expected: 'extents that are whole numbers of at least 0',
        got: formatShape(shape),
      });
    }
  }
  checkSize(operation, shape);
}

/** @throws DomainError where the maximum or minimum over `axes` would be that of nothing. */
export function checkExtremum(
  operation: string,
  extremum: 'maximum' | 'minimum',
  shape: Shape,
  axes: readonly number[],
): void {
  if (axes.some((axis) => shape[axis] === 0)) {
    throw new DomainError(operation, {
      expected: 'at least one element along every reduced axis',
      got: `shape ${formatShape(shape)}`,
      remedy: `The ${extremum} of nothing is not defined`,
    });
  }
}

/** @throws ShapeError, DomainError unless `shape` is [..., classes] with at least one class. */
export function checkRows(operation: string, shape: Shape): void {
  if (shape.length === 0) {
    throw new ShapeError(operation, { expected: 'logits of shape [..., classes]', got: 'a scalar' });
  }
  if (shape[shape.length - 1] === 0) {
    throw new DomainError(operation, {
      expected: 'at least one class',
      got: `logits ${formatShape(shape)}`,
    });
  }
}

/**
 * NumPy's broadcasting: shapes are aligned at their last axis, a missing axis counts as 1, and an extent
 * of 1 stretches to the other's. Returns one of the two arrays itself where it already is the result, so
 * that results can share the layout of an operand. The last `inner` axes are no part of it: matmul's matrices.
 * @throws ShapeError naming the first pair of extents that cannot meet.
 */
export function broadcastShapes(operation: string, a: Shape, b: Shape, inner: number = 0): Shape {
  if (inner === 0 && sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length) - inner;
  const shape = new Array<number>(rank);
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const extentA = a[a.length - inner - fromEnd] ?? 1;
    const extentB = b[b.length - inner - fromEnd] ?? 1;
    if (extentA !== extentB && extentA !== 1 && extentB !== 1) {
      throw new ShapeError(operation, {
        expected: 'shapes that broadcast',
        got: `${formatShape(a)} and ${formatShape(b)}`,
        difference: `axis ${-fromEnd - inner} has ${extentA} and ${extentB}`,
        remedy: 'Two extents must be equal, or one of them 1',
      });
    }
    shape[rank - fromEnd] = extentA === 1 ? extentB : extentA;
  }
  if (sameShape(shape, a)) return a;
  return sameShape(shape, b) ? b : shape;
}

/** The axis counted from the front; negative ones count from the end. @throws ShapeError when out of range. */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(operation, {
      expected: rank === 0 ? 'no axis, since a scalar has none' : `an axis from ${-rank} to ${rank - 1}`,
      got: String(axis),
    });
  }
  return axis < 0 ? axis + rank : axis;
}

/** Sorted, distinct axes counted from the front; all of them when none is given. @throws ShapeError */
export function normalizeAxes(
  operation: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list: readonly number[] = Array.isArray(axes) ? axes : [axes];
  const normalized = list.map((axis) => normalizeAxis(operation, axis, rank)).sort((a, b) => a - b);
  if (new Set(normalized).size !== normalized.length) {
    throw new ShapeError(operation, { expected: 'axes that name each axis once', got: formatShape(list) });
  }
  return normalized;
}
