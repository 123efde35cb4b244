import type { Context } from '../context.js';
import { atOnce, type Part, type Sink } from '../threads/calls.js';
import { type Range, ranges } from './ranges.js';

/** Fewer elements than this are not worth a second thread. */
const smallestShared = 2 ** 15;

/** Parts start at multiples of this many elements, so that no vector is written by two threads, of bytes neither. */
const step = 64;

/** Calls `visit` with each part of [0, count): all of it, or one for each thread. */
export function inParts(
  context: Context,
  count: number,
  visit: (sink: Sink, from: number, count: number) => void,
): void {
  if (context.threads === 1 || count < smallestShared) {
    visit(atOnce, 0, count);
    return;
  }
  shareOut(context, ranges(count, context.threads, step), visit);
}

function shareOut(
  context: Context,
  parts: readonly Range[],
  visit: (sink: Sink, from: number, count: number) => void,
): void {
  context.together(
    parts.map(
      ({ from, to }): Part =>
        (sink) =>
          visit(sink, from, to - from),
    ),
  );
}

/** The same of the columns of a matrix that is walked row by row. */
export function inColumns(
  context: Context,
  rows: number,
  columns: number,
  visit: (sink: Sink, from: number, count: number) => void,
): void {
  const isShared = context.threads > 1 && rows * columns >= smallestShared;
  shareOut(context, ranges(columns, isShared ? context.threads : 1, step), visit);
}

/**
 * The same of rows, each of which is one thread's.
 * @param columns elements of a row, or as many as cost what a row does
 * @param isExact whether a row of results ends where it ends, and no vector runs over into the next one
 */
export function inRows(
  context: Context,
  rows: number,
  columns: number,
  isExact: boolean,
  visit: (sink: Sink, from: number, count: number) => void,
): void {
  const isShared = context.threads > 1 && rows * columns >= smallestShared && (isExact || columns % 4 === 0);
  shareOut(context, ranges(rows, isShared ? context.threads : 1, 1), visit);
}

/** Rows of a result, of which a kernel writes one after the other; the last vector of each runs over into the next. */
export interface OverrunningRows {
  readonly out: number;
  readonly count: number;
  /** Of one row of the result. */
  readonly bytes: number;
  /** How many elements are computed with for a row, or as many as cost what a row does. */
  readonly elements: number;
  /** Whether no vector runs over after all. */
  readonly isExact: boolean;
}

/**
 * The same of rows that run over: where another thread's begin, the last row is written elsewhere, and copied when all are done.
 * @param visit computes some rows, and leaves them at an address
 */
export function inOverrunningRows(
  context: Context,
  operation: string,
  { out, count, bytes, elements, isExact }: OverrunningRows,
  visit: (sink: Sink, from: number, count: number, out: number) => void,
): void {
  if (context.threads === 1 || count * elements < smallestShared) {
    visit(atOnce, 0, count, out);
    return;
  }
  const { memory } = context.stage;
  const copies: [from: number, to: number][] = [];
  const parts = ranges(count, context.threads, 1).map(({ from, to }): Part => {
    const start = out + from * bytes;
    if (isExact || to === count) return (sink) => visit(sink, from, to - from, start);
    const spare = context.stage.temporary(operation, bytes + 16);
    copies.push([spare, out + (to - 1) * bytes]);
    return (sink) => {
      if (to - from > 1) visit(sink, from, to - from - 1, start);
      visit(sink, to - 1, 1, spare);
    };
  });
  context.together(parts);
  for (const [from, to] of copies) memory.bytes.copyWithin(to, from, from + bytes);
}
