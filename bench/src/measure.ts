import type { Contender, Group, Prepared } from './contender.js';
import { collectAllGarbage, collectYoungGarbage } from './garbage.js';
import { interleave } from './interleave.js';
import { NotInstalledError } from './peers/peer.js';
import { relativeError } from './relative-error.js';
import { benchmarkSampler, type MakeSampler, type Sampler } from './sampler.js';
import { pairedRatio, type Summary, summarize } from './statistics.js';

/** What came out for one contender. Times are in the group's unit, for one operation. */
export interface Result {
  readonly contender: string;
  /** `wrong`: off by more than the group tolerates. `skipped`: not on this machine. */
  readonly status: 'ok' | 'wrong' | 'failed' | 'skipped';
  /** What it failed with, or why it was skipped. */
  readonly message?: string;
  readonly time?: Summary;
  /** Its time as a multiple of the baseline's, round by round. */
  readonly ratio?: number;
  readonly gflops?: number;
  /** Of the bytes that the work has to move at the least. */
  readonly gigabytesPerSecond?: number;
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
}

/** Enough for quartiles to mean something; and beyond the other, more samples say little more. */
const rounds = { least: 5, most: 25 };
const nanoseconds = { ns: 1, ms: 1e6, B: 1 };

interface Entry {
  readonly contender: Contender;
  prepared?: Prepared;
  sampler?: Sampler;
  failure?: Failure;
}

interface Failure {
  readonly status: 'failed' | 'skipped';
  readonly message: string;
}

/** Measures a group: prepares and warms up everybody, takes samples in turns, then checks what was computed last. */
export async function measure(group: Group, options: MeasureOptions): Promise<Result[]> {
  const makeSampler = options.makeSampler ?? benchmarkSampler;
  const entries: Entry[] = group.contenders.map((contender) => ({ contender }));
  collectAllGarbage();
  for (const entry of entries) await setUp(entry, makeSampler);

  const end = performance.now() + options.seconds * 1000;
  const perOperation = nanoseconds[group.unit] * group.operations;
  const samples = interleave(
    entries,
    (entry) => {
      const time = takeSample(entry);
      return time === undefined ? undefined : time / perOperation;
    },
    rounds,
    () => performance.now() >= end,
  );
  const results = entries.map((entry, i) => resultOf(group, entry, samples[i] ?? [], samples[0] ?? []));
  for (const { prepared } of entries) prepared?.close?.();
  return results;
}

async function setUp(entry: Entry, makeSampler: MakeSampler): Promise<void> {
  try {
    entry.prepared = await entry.contender.prepare();
    entry.sampler = entry.prepared.sampler ?? makeSampler(entry.contender.name, entry.prepared.run);
  } catch (error) {
    entry.failure = failureOf(error);
  }
}

function takeSample(entry: Entry): number | undefined {
  if (entry.sampler === undefined) return undefined;
  collectYoungGarbage();
  try {
    return entry.sampler.sample();
  } catch (error) {
    entry.failure = failureOf(error);
    return undefined;
  }
}

function resultOf(
  group: Group,
  entry: Entry,
  samples: readonly number[],
  baseline: readonly number[],
): Result {
  const { contender, prepared, sampler, failure } = entry;
  const without = (why: Failure): Result => ({ contender: contender.name, ...why, samples });
  if (failure !== undefined || prepared === undefined || sampler === undefined)
    return without(failure ?? { status: 'failed', message: 'not run' });
  let error: number;
  try {
    error = relativeError(prepared.values(), contender.expected);
  } catch (thrown) {
    return without(failureOf(thrown));
  }
  const time = summarize(samples);
  const runNanoseconds = time.median * nanoseconds[group.unit] * group.operations;
  return {
    contender: contender.name,
    status: error <= group.tolerance ? 'ok' : 'wrong',
    time,
    ...(baseline.length > 0 ? { ratio: pairedRatio(samples, baseline) } : {}),
    ...(group.flops === undefined ? {} : { gflops: group.flops / runNanoseconds }),
    ...(group.bytes === undefined ? {} : { gigabytesPerSecond: group.bytes / runNanoseconds }),
    error,
    ...(contender.aim === undefined ? {} : { aim: contender.aim }),
    runsPerSample: sampler.runs,
    samples,
  };
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : JSON.stringify(error);
  return {
    status: error instanceof NotInstalledError ? 'skipped' : 'failed',
    message: message.split('\n')[0] ?? '',
  };
}
