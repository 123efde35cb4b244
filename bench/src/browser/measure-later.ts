import type { Contender, Group, Prepared } from '../contender.js';
import { type Failure, failureOf, judge, nanoseconds } from '../judge.js';
import type { Limits } from '../limits/limits.js';
import type { Result } from '../measure.js';

/** So long should a sample last, in ms: a browser's clock has steps of up to 0.1 ms. */
const sampleMs = 20;
const mostRuns = 2 ** 16;
const patienceMs = 60_000;
const rounds = { least: 5, most: 15 };

/** Takes samples of a contender whose runs may only queue what they do. */
interface Entry {
  readonly contender: Contender;
  readonly samples: number[];
  prepared?: Prepared;
  runs: number;
  failure?: Failure;
}

/** Measures a group in turns, as `measure` does in Node; each sample ends when the result of its last run is here. */
export async function measureLater(group: Group, seconds: number, limits?: Limits): Promise<Result[]> {
  const entries = group.contenders.map((contender): Entry => ({ contender, samples: [], runs: 1 }));
  for (const entry of entries) await attempt(entry, () => setUp(entry));
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < rounds.most && !(round >= rounds.least && performance.now() >= end); round++) {
    for (const entry of entries) {
      await attempt(entry, async () => {
        entry.samples.push(await sample(entry));
      });
    }
  }
  const results: Result[] = [];
  for (const entry of entries) {
    let result: Result | undefined;
    await attempt(entry, async () => {
      result = await resultOf(group, entry, entries[0]?.samples ?? [], limits);
    });
    const { status = 'failed', message = 'not run' } = entry.failure ?? {};
    results.push(result ?? { contender: entry.contender.name, status, message, samples: [] });
    entry.prepared?.close?.();
  }
  return results;
}

async function attempt(entry: Entry, work: () => Promise<void>): Promise<void> {
  if (entry.failure !== undefined) return;
  // The page shows what is done, and finalizers free what is not used any more.
  await new Promise((resolve) => setTimeout(resolve, 0));
  try {
    await withinReason(work());
  } catch (error) {
    entry.failure = failureOf(error);
  }
}

/** A browser tells of a worker or a device that has failed nowhere near to who waits for it. */
async function withinReason(work: Promise<void>): Promise<void> {
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer in ${patienceMs / 1000} s`));
    }, patienceMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer as number);
  }
}

/** Prepares it, and finds the number of runs that a sample needs. */
async function setUp(entry: Entry): Promise<void> {
  entry.prepared = await entry.contender.prepare();
  if (entry.prepared.sampler !== undefined) return;
  await milliseconds(entry.prepared, 2);
  while ((await milliseconds(entry.prepared, entry.runs)) < sampleMs && entry.runs < mostRuns)
    entry.runs *= 2;
}

async function milliseconds({ run, valuesLater }: Prepared, runs: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < runs; i++) run();
  await valuesLater?.();
  return performance.now() - start;
}

/** Nanoseconds of one run. */
async function sample({ prepared, runs }: Entry): Promise<number> {
  if (prepared === undefined) throw new Error('not prepared');
  return prepared.sampler?.sample() ?? ((await milliseconds(prepared, runs)) / runs) * 1e6;
}

async function resultOf(
  group: Group,
  entry: Entry,
  baseline: readonly number[],
  limits?: Limits,
): Promise<Result> {
  const { contender, prepared, samples, runs } = entry;
  const values = (await prepared?.valuesLater?.()) ?? prepared?.values() ?? [];
  const perOperation = (times: readonly number[]): number[] =>
    times.map((time) => time / (nanoseconds[group.unit] * group.operations));
  const seen = {
    samples: perOperation(samples),
    baseline: perOperation(baseline),
    runsPerSample: runs,
    values,
  };
  // What was measured is the processor's.
  return judge(group, contender, seen, /webgl|webgpu/.test(contender.name) ? undefined : limits);
}
