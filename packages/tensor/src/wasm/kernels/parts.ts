import type { Context } from '../context.js';
import { atOnce, type Sink } from '../threads/calls.js';
import { ranges } from './ranges.js';

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
  const parts = ranges(count, context.threads, step);
  context.together(
    parts.map(
      ({ from, to }) =>
        (sink: Sink) =>
          visit(sink, from, to - from),
    ),
  );
}

/**
 * The same of rows, each of which is one thread's.
 * @param columns elements of a row
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
  const parts = ranges(rows, isShared ? context.threads : 1, 1);
  context.together(
    parts.map(
      ({ from, to }) =>
        (sink: Sink) =>
          visit(sink, from, to - from),
    ),
  );
}
