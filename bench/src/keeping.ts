import type { Prepared } from './contender.js';
import { collectAllGarbage } from './garbage.js';
import type { Values } from './relative-error.js';

/**
 * Counts what stays in memory while the result of `make` is held: the growth of the heap and of array buffers, between full
 * collections. Samples are bytes, for a group whose unit is B.
 */
export function keeping<R>(make: () => R, read: (result: R) => Values): Prepared {
  const used = (): number => {
    // The second one waits for what the first frees in the background: array buffers.
    collectAllGarbage();
    collectAllGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  let held: R | undefined;
  const sample = (): number => {
    held = undefined;
    const before = used();
    held = make();
    return used() - before;
  };
  // The first time, code is compiled and kept.
  sample();
  return {
    run: () => void sample(),
    sampler: { sample, runs: 1 },
    values: () => read(held ?? make()),
    close: () => {
      held = undefined;
    },
  };
}
