import type { BrowserFingerprint } from './browser/run.js';
import type { Group } from './contender.js';
import type { Limits } from './limits/limits.js';
import type { Machine } from './machine.js';
import type { Result } from './measure.js';

/** The results of one group as they are kept. */
export interface GroupRecord {
  readonly suite: string;
  readonly group: string;
  readonly unit: string;
  readonly tolerance: number;
  readonly flops?: number;
  readonly bytes?: number;
  readonly growth?: { readonly of: string; readonly extent: number };
  readonly results: readonly Result[];
}

/** One run of the benchmarks as it is kept. */
export interface RunRecord {
  /** When it began, ISO 8601. */
  readonly date: string;
  /** What was typed. */
  readonly command: string;
  readonly machine: Machine;
  /** Where the run took place if it was in a browser. */
  readonly browser?: BrowserFingerprint;
  /** What the machine gave before anything else was measured. */
  readonly limits?: Limits;
  readonly loadAtEnd: number;
  readonly records: readonly GroupRecord[];
}

export function recordOf(suite: string, group: Group, results: readonly Result[]): GroupRecord {
  const { name, operations, unit, tolerance, flops, bytes, growth } = group;
  return {
    suite,
    group: name,
    unit: operations === 1 ? unit : `${unit}/op`,
    tolerance,
    ...(flops === undefined ? {} : { flops }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(growth === undefined ? {} : { growth }),
    results,
  };
}

/** As JSON, one record a line. Four digits are more than any time has; Infinity, which JSON lacks, becomes text. */
export function formatRun({ records, ...rest }: RunRecord): string {
  const head = JSON.stringify(rest, shorten).slice(0, -1);
  return `${head},"records":[\n${records.map((record) => JSON.stringify(record, shorten)).join(',\n')}\n]}\n`;
}

/** A run as it was written by `formatRun`. */
export function parseRun(text: string): RunRecord {
  return JSON.parse(text, (_key, value: unknown) => (value === 'Infinity' ? Infinity : value)) as RunRecord;
}

function shorten(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : String(value);
}
