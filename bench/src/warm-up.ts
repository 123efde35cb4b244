import { median } from './statistics.js';

/** Whatever is fast is compiled within so many milliseconds of it; at least two runs are made. */
const least = { milliseconds: 60, runs: 2 };
/** What takes longer than this is warm after one run. */
const longRun = 1000;
/** Beyond this nobody waits for the compiler who has not asked for more. */
const mostMilliseconds = 4000;
/** A lap is so many milliseconds of runs, and one run at the least. */
const lap = 1;
/** The later half of the laps is no faster than the first if it takes more than this part of its time. */
const settled = 0.98;

export interface WarmUpOptions {
  /** At least so long. */
  readonly seconds?: number | undefined;
  /** A clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * Runs something until it gets no faster: until the later half of all runs takes, by medians, hardly less time than the first half, which
 * is looked at whenever twice as much time has gone by.
 */
export function warmUp(
  run: () => void,
  { seconds = 0, now = () => performance.now() }: WarmUpOptions = {},
): void {
  const start = now();
  const laps: number[] = [];
  let runs = 0;
  const first = Math.max(least.milliseconds, 1000 * seconds);
  for (let until = first; until <= Math.max(first, mostMilliseconds); until *= 2) {
    while (runs < least.runs || now() - start < until) {
      const { each, count } = timeLap(run, now);
      laps.push(each);
      runs += count;
      if (each > longRun) return;
    }
    const half = laps.length / 2;
    if (median(laps.slice(half)) > settled * median(laps.slice(0, half))) return;
  }
}

/** Milliseconds of one run, by as many as a lap takes. */
function timeLap(run: () => void, now: () => number): { readonly each: number; readonly count: number } {
  const start = now();
  let count = 0;
  for (; count === 0 || now() - start < lap; count++) run();
  return { each: (now() - start) / count, count };
}
