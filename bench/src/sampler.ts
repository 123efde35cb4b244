import Benchmark from 'benchmark';
import { warmUp } from './warm-up.js';

/** Takes samples of one contender. */
export interface Sampler {
  /** Nanoseconds of one run, from one sample. Throws what the run throws. */
  readonly sample: () => number;
  /** How many runs a sample consists of. */
  readonly runs: number;
}

export type MakeSampler = (name: string, run: () => void, warmUpSeconds?: number) => Sampler;

/** A sample should last so long, in seconds: 10 000 times the clock's step, and short beside a scheduler's quantum or two. */
const sampleSeconds = 0.02;

/**
 * Samples by benchmark.js, which finds the number of runs that a sample needs, and compiles and clocks the loop.
 * It would then measure one contender to the end; here each call takes one sample, so that they can be taken in turns.
 */
export function benchmarkSampler(name: string, run: () => void, warmUpSeconds?: number): Sampler {
  warmUp(run, { seconds: warmUpSeconds });
  // One sample for each call: it stops when it has minSamples and more than maxTime has gone by, which is always.
  const benchmark = new Benchmark(name, run, { minTime: sampleSeconds, minSamples: 1, maxTime: -1 });
  takeSample(benchmark);
  const { count } = benchmark;
  // The number of runs stays as found. With minTime as it was, a sample that beats it would be thrown away and taken
  // again with more runs: only slow ones would count.
  Object.assign(benchmark, { initCount: count, minTime: Number.MIN_VALUE });
  // benchmark.js makes some runs before it reads the clock: that another contender has filled the caches is no part of a sample.
  return { sample: () => takeSample(benchmark) * 1e9, runs: count };
}

/** Seconds of one run. */
function takeSample(benchmark: Benchmark): number {
  benchmark.run({ async: false });
  // It catches what the run throws; its types do not say what that is.
  const error = (benchmark as { error?: unknown }).error;
  if (error !== undefined) throw error instanceof Error ? error : new Error(JSON.stringify(error));
  return benchmark.stats.sample[0] as number;
}
