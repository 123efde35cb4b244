import type { Adapter } from './adapter-contract.js';
import type { FloatDType, GoldenCase, GoldenFile } from './format.js';
import { runCase, type Verdict } from './run-cases.js';

export interface Result extends Verdict {
  readonly golden: GoldenCase;
}

/** Runs the cases one after the other, of all operations or of one. */
export async function runFiles(
  adapter: Adapter,
  files: readonly GoldenFile[],
  dtype: FloatDType,
  { op }: { readonly op?: string | undefined } = {},
): Promise<Result[]> {
  const results: Result[] = [];
  for (const golden of files.flatMap(({ cases }) => cases)) {
    if (op !== undefined && golden.op !== op) continue;
    results.push({ golden, ...(await runCase(adapter, golden, dtype)) });
  }
  return results;
}

export type Summary = Readonly<Record<Verdict['state'], number>>;

export function summary(results: readonly Result[]): Summary {
  const count = (state: Verdict['state']): number =>
    results.filter((result) => result.state === state).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** A summary for each tier, with the largest error of what passed. */
export function table(
  results: readonly Result[],
): Record<string, Summary & { readonly 'largest error': number }> {
  const tiers = [...new Set(results.map(({ golden }) => golden.tier))];
  return Object.fromEntries(
    tiers.map((tier) => {
      const own = results.filter(({ golden }) => golden.tier === tier);
      const passed = own.filter(({ state }) => state === 'passed');
      const largest = passed.reduce((most, { error }) => Math.max(most, error), 0);
      return [tier, { ...summary(own), 'largest error': Number(largest.toPrecision(2)) }];
    }),
  );
}
