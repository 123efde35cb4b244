import type { Contender, Group } from './contender.js';
import { fractionOfLimit, type Limits, threadsOf } from './limits/limits.js';
import type { Result } from './measure.js';
import { NotInstalledError, NotOfferedError } from './peers/peer.js';
import { relativeError, type Values } from './relative-error.js';
import { pairedRatio, summarize } from './statistics.js';

export const nanoseconds = { ns: 1, ms: 1e6, B: 1 };

/** Why there is no result. */
export interface Failure {
  readonly status: Exclude<Result['status'], 'ok' | 'wrong'>;
  readonly message: string;
}

/** What was seen of a contender. Samples are in the group's unit, for one operation. */
export interface Seen {
  readonly samples: readonly number[];
  /** The first contender's. */
  readonly baseline: readonly number[];
  readonly runsPerSample: number;
  /** The result of the last run. */
  readonly values: Values;
}

/** What its samples come to, and whether its last result is right: one judge for Node and for browsers. */
export function judge(group: Group, contender: Contender, seen: Seen, limits?: Limits): Result {
  const { samples, baseline, runsPerSample, values } = seen;
  const error = relativeError(values, contender.expected);
  const time = summarize(samples);
  const runNanoseconds = time.median * nanoseconds[group.unit] * group.operations;
  const ofLimit = limits && fractionOfLimit(limits, group, runNanoseconds, threadsOf(contender.name));
  return {
    contender: contender.name,
    status: error <= group.tolerance ? 'ok' : 'wrong',
    time,
    ...(baseline.length > 0 ? { ratio: pairedRatio(samples, baseline) } : {}),
    ...(group.flops === undefined ? {} : { gflops: group.flops / runNanoseconds }),
    ...(group.bytes === undefined ? {} : { gigabytesPerSecond: group.bytes / runNanoseconds }),
    ...(ofLimit === undefined ? {} : { ofLimit }),
    error,
    ...(contender.aim === undefined ? {} : { aim: contender.aim }),
    runsPerSample,
    samples,
  };
}

/** What a thrown error says in one line. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return {
    status:
      error instanceof NotInstalledError
        ? 'skipped'
        : error instanceof NotOfferedError
          ? 'not-offered'
          : 'failed',
    message: message.split('\n')[0] ?? '',
  };
}
