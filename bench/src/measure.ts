import type { Contender, Group, Prepared } from './contender.js';
import { collectAllGarbage, collectYoungGarbage } from './garbage.js';
import { interleave } from './interleave.js';
import { type Failure, failureOf, judge, nanoseconds } from './judge.js';
import type { Limits } from './limits/limits.js';
import { benchmarkSampler, type MakeSampler, type Sampler } from './sampler.js';
import type { Summary } from './statistics.js';

/** What came out for one contender. Times are in the group's unit, for one operation. */
export interface Result {
  readonly contender: string;
  /** `wrong`: off by more than the group tolerates. `skipped`: not on this machine. `not-offered`: the library has no such task. */
  readonly status: 'ok' | 'wrong' | 'failed' | 'skipped' | 'not-offered';
  /** What it failed with, or why there is nothing. */
  readonly message?: string;
  readonly time?: Summary;
  /** Its time as a multiple of the baseline's, round by round. */
  readonly ratio?: number;
  readonly gflops?: number;
  /** Of the bytes that the work has to move at the least. */
  readonly gigabytesPerSecond?: number;
  /** The least time in which the machine could do it, over its time. */
  readonly ofLimit?: number;
  /** Against float64. */
  readonly error?: number;
  readonly aim?: number;
  readonly runsPerSample?: number;
  readonly samples: readonly number[];
}

export interface MeasureOptions {
  /** Seconds after which a group takes no further round. */
  readonly seconds: number;
  readonly makeSampler?: MakeSampler;
  /** What the machine gives, to be held against. */
  readonly limits?: Limits;
}

/** Enough for quartiles to mean something; and beyond the other, more samples say little more. */
const rounds = { least: 5, most: 25 };
/** A contender that has taken samples for so many seconds has had its turns, once there are three. */
const patience = { seconds: 5, samples: 3 };

/** A contender on its way through a measurement. */
export interface Entry {
  readonly contender: Contender;
  prepared?: Prepared;
  sampler?: Sampler;
  failure?: Failure;
}

/** Measures a group: prepares and warms up everybody, takes samples in turns, then checks what was computed last. */
export async function measure(group: Group, options: MeasureOptions): Promise<Result[]> {
  const entries = await setUp(group, options.makeSampler);
  const end = performance.now() + options.seconds * 1000;
  const spent = new Map<Entry, number>();
  const samples = interleave(
    entries,
    (entry, round) => {
      const before = spent.get(entry) ?? 0;
      if (round >= patience.samples && before > patience.seconds * 1000) return undefined;
      const start = performance.now();
      const sample = takeSample(group, entry);
      spent.set(entry, before + performance.now() - start);
      return sample;
    },
    rounds,
    () => performance.now() >= end,
  );
  const results = entries.map((entry, i) =>
    resultOf(group, entry, samples[i] ?? [], samples[0] ?? [], options.limits),
  );
  for (const entry of entries) close(entry);
  return results;
}

/** Brings all contenders of a group to where samples can be taken; what fails is kept for its result. */
export async function setUp(group: Group, makeSampler: MakeSampler = benchmarkSampler): Promise<Entry[]> {
  const entries: Entry[] = group.contenders.map((contender) => ({ contender }));
  collectAllGarbage();
  for (const entry of entries) {
    try {
      entry.prepared = await entry.contender.prepare();
      entry.sampler =
        entry.prepared.sampler ?? makeSampler(entry.contender.name, entry.prepared.run, group.warmUpSeconds);
    } catch (error) {
      entry.failure = failureOf(error);
    }
  }
  return entries;
}

/** Ends what preparation has started. */
export function close({ prepared }: Entry): void {
  prepared?.close?.();
}

/** @returns the time of one operation in the group's unit; undefined once it has failed */
export function takeSample(group: Group, entry: Entry): number | undefined {
  if (entry.sampler === undefined) return undefined;
  collectYoungGarbage();
  try {
    return entry.sampler.sample() / (nanoseconds[group.unit] * group.operations);
  } catch (error) {
    entry.failure = failureOf(error);
    return undefined;
  }
}

/** What its samples come to, and how far off its last result is. */
export function resultOf(
  group: Group,
  entry: Entry,
  samples: readonly number[],
  baseline: readonly number[] = [],
  limits?: Limits,
): Result {
  const { contender, prepared, sampler, failure } = entry;
  const without = (why: Failure): Result => ({ contender: contender.name, ...why, samples });
  if (failure !== undefined || prepared === undefined || sampler === undefined)
    return without(failure ?? { status: 'failed', message: 'not run' });
  try {
    const seen = { samples, baseline, runsPerSample: sampler.runs, values: prepared.values() };
    return judge(group, contender, seen, limits);
  } catch (thrown) {
    return without(failureOf(thrown));
  }
}
