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
