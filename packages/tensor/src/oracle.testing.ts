import type { Shape } from './shape.js';
import { type Index, indicesOf, type Table } from './tables.testing.js';

/**
 * What a primitive must answer, and how far from it an answer may be: `slack` times the epsilon of the arithmetic in
 * which it is computed. Where there is none, the answer is the expected one rounded to the dtype, to the last bit.
 */
export interface Expected extends Table {
  readonly slack?: (index: Index) => number;
}

/** NumPy's rule, for shapes that do broadcast. */
export function broadcast(shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return extents.find((extent) => extent !== 1) ?? 1;
  });
}

/** The element of a broadcast operand that meets an index of the result. */
export function atBroadcast({ shape, at }: Table, index: Index): number {
  const own = index.slice(index.length - shape.length);
  return at(own.map((i, axis) => (shape[axis] === 1 ? 0 : i)));
}

export function elementwise(f: (...values: number[]) => number): (operands: readonly Table[]) => Expected {
  return (operands) => ({
    shape: broadcast(operands.map(({ shape }) => shape)),
    at: (index) => f(...operands.map((x) => atBroadcast(x, index))),
  });
}

export const sumOf = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

/** sum |x_i| over n terms, n times: the classical bound of a sum's error in units of epsilon (Higham 2002, section 4.2). */
export const slackOfSum = (terms: readonly number[]): number => terms.length * sumOf(terms.map(Math.abs));

/** The elements that a reduction folds into each element of its result. */
export function reduced(
  x: Table,
  axes: readonly number[],
  keepDims: boolean,
): { shape: Shape; at: (index: Index) => number[] } {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => keepDims || !axes.includes(axis));
  return {
    shape: kept.map((axis) => (axes.includes(axis) ? 1 : (x.shape[axis] as number))),
    at: (index) =>
      indicesOf(x.shape)
        .filter((whole) => kept.every((axis, place) => axes.includes(axis) || whole[axis] === index[place]))
        .map(x.at),
  };
}

/** The row of a table of [..., classes] under an index of the leading axes. */
export function rowOf({ shape, at }: Table, index: Index): number[] {
  return Array.from({ length: shape[shape.length - 1] as number }, (_, i) => at([...index, i]));
}

export const logSumExp = (row: readonly number[]): number => Math.log(sumOf(row.map(Math.exp)));

/** Without the usual shift: right to the last digits for small logits, and unlike any kernel. */
export const textbookLogSoftmax = (row: readonly number[]): number[] => row.map((x) => x - logSumExp(row));

/**
 * The error of a log-softmax, in units of epsilon, of the textbook's evaluation and of the kernel's: n additions, an exponential
 * and a logarithm of relative error 1 each, and two differences of numbers no larger than |x| and |log sum exp|.
 */
export function slackOfLogSoftmax(row: readonly number[]): number {
  const largest = Math.max(...row.map(Math.abs));
  return 2 * (row.length + 3 + 2 * (2 * largest + Math.log(row.length)));
}
