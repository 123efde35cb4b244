import type { Group } from './contender.js';
import type { Result } from './measure.js';

/** The results of a group as lines of text; what the columns mean is in README.md. */
export function formatGroup(group: Group, results: readonly Result[]): string {
  const hasRate = group.flops !== undefined;
  const hasTraffic = group.bytes !== undefined;
  const hasAim = results.some(({ aim }) => aim !== undefined);
  const unit = group.operations === 1 ? group.unit : `${group.unit}/op`;
  const head = ['', `median ${unit}`, 'quartiles', 'best', 'ratio'];
  if (hasRate) head.push('GFLOP/s');
  if (hasTraffic) head.push('GB/s');
  head.push('error');
  if (hasAim) head.push('aim');
  const rows = results.map((result) => {
    const { time, ratio, gflops, gigabytesPerSecond: traffic, error, aim } = result;
    const row = [result.contender];
    if (time === undefined) {
      return [...row, ...head.slice(1).map(() => '-'), `${result.status.toUpperCase()}: ${result.message}`];
    }
    row.push(digits(time.median), `${digits(time.lower)} .. ${digits(time.upper)}`, digits(time.best));
    row.push(ratio === undefined ? '-' : `${digits(ratio)}x`);
    if (hasRate) row.push(gflops === undefined ? '-' : digits(gflops));
    if (hasTraffic) row.push(traffic === undefined ? '-' : digits(traffic));
    row.push(error === undefined ? '-' : formatError(error));
    if (hasAim) row.push(aim === undefined ? '-' : `< ${aim}`);
    if (result.status === 'wrong') row.push(`WRONG: error above ${formatError(group.tolerance)}`);
    return row;
  });
  return [group.name, ...align([head, ...rows]).map((line) => `  ${line}`)].join('\n');
}

/** The first column to the left, a remark behind the last one as it is, the others to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
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
function digits(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  if (x >= 100) return x.toFixed(0);
  return x >= 10 ? x.toFixed(1) : x >= 1 ? x.toFixed(2) : x.toPrecision(2);
}

function formatError(error: number): string {
  return error === 0 || !Number.isFinite(error) ? String(error) : error.toExponential(1);
}
