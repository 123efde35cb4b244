import { scheduleText } from '../schedule-text.js';
import type { SweepCell } from './cells.js';

/** The cells as a table for a spreadsheet: a line of names, then a line a setting. */
export function sweepCsv(cells: readonly SweepCell[]): string {
  const rows = cells.map((cell) => ({
    students: String(cell.size),
    alpha: cell.alpha === undefined ? 'independent' : scheduleText(cell.alpha),
    runs: String(cell.seeds.length),
    diverged: String(cell.diverged),
    ...Object.fromEntries(
      Object.entries(cell.measures).flatMap(([name, { mean, standardError }]) => [
        [name, String(mean)],
        [`${name}_standard_error`, String(standardError)],
      ]),
    ),
    accuracy_difference: String(cell.differences?.accuracy.difference ?? ''),
    accuracy_difference_standard_error: String(cell.differences?.accuracy.standardError ?? ''),
    accuracy_p: String(cell.differences?.accuracy.p ?? ''),
    accuracy_p_adjusted: String(cell.adjustedP ?? ''),
  }));
  const names = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => names.map((name) => (row as Record<string, string>)[name]).join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}
