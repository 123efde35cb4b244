import { intensityOf } from './limits/limits.js';
import type { Result } from './measure.js';
import type { GroupRecord } from './record.js';

/** The results of a group as lines of text; what the columns mean is in README.md. */
export function formatGroup(group: GroupRecord): string {
  const { results, unit } = group;
  const rate = rateOf(group);
  const hasLimit = results.some(({ ofLimit }) => ofLimit !== undefined);
  const hasAim = results.some(({ aim }) => aim !== undefined);
  const head = ['', `median ${unit}`, 'quartiles', 'best', 'ratio'];
  if (rate !== undefined) head.push(rate.unit);
  if (hasLimit) head.push('of limit');
  head.push('error');
  if (hasAim) head.push('aim');
  const rows = results.map((result) => {
    const { time, ratio, ofLimit, error, aim } = result;
    const row = [result.contender];
    const remark = remarkOf(result, group);
    if (time === undefined) return [...row, ...head.slice(1).map(() => '-'), remark];
    row.push(digits(time.median), `${digits(time.lower)} .. ${digits(time.upper)}`, digits(time.best));
    row.push(ratio === undefined ? '-' : `${digits(ratio)}x`);
    if (rate !== undefined) row.push(optional(result[rate.of], digits));
    if (hasLimit) row.push(optional(ofLimit, percent));
    row.push(optional(error, formatError));
    if (hasAim) row.push(optional(aim, (most) => `< ${most}`));
    return remark === '' ? row : [...row, remark];
  });
  return [group.group, ...align([head, ...rows]).map((line) => `  ${line}`)].join('\n');
}

/** What is to be said beside the figures of who has none, or wrong ones. */
export function remarkOf({ status, message = '' }: Result, { tolerance }: GroupRecord): string {
  const remarks: Readonly<Record<Result['status'], string>> = {
    ok: '',
    wrong: `WRONG: error above ${formatError(tolerance)}`,
    failed: `FAILED: ${message}`,
    skipped: `SKIPPED: ${message}`,
    'not-offered': `not offered: ${message}`,
  };
  return remarks[status];
}

function optional(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '-' : format(value);
}

/** The rate that says more about a group's work: arithmetic, or traffic where there is less than an operation for each byte. */
export function rateOf(
  group: GroupRecord,
): { readonly unit: string; readonly of: 'gflops' | 'gigabytesPerSecond' } | undefined {
  const isTraffic = group.flops === undefined || (intensityOf(group) ?? 1) < 1;
  if (group.bytes !== undefined && isTraffic) return { unit: 'GB/s', of: 'gigabytesPerSecond' };
  return group.flops === undefined ? undefined : { unit: 'GFLOP/s', of: 'gflops' };
}

/** A fraction as a percentage of two digits. */
export function percent(fraction: number): string {
  return `${fraction >= 0.1 ? (100 * fraction).toFixed(0) : Number((100 * fraction).toPrecision(2))} %`;
}

/** The first column to the left, a remark behind the last one as it is, the others to the right. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Three digits, without an exponent. */
export function digits(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  if (x >= 100) return x.toFixed(0);
  return x >= 10 ? x.toFixed(1) : x >= 1 ? x.toFixed(2) : x.toPrecision(2);
}

export function formatError(error: number): string {
  return error === 0 || !Number.isFinite(error) ? String(error) : error.toExponential(1);
}
