import type { Style } from '../color.js';
import { decimal, signed } from '../format.js';
import { pClause, pText, significance } from '../reading.js';
import { scheduleText } from '../schedule-text.js';
import type { Estimate, SweepCell } from './cells.js';

/** Whether any setting differed from independent training, and by how much; a sentence or two. */
export function sweepVerdict(cells: readonly SweepCell[]): string {
  const compared = cells.filter(({ differences }) => differences !== undefined);
  const seeds = Math.max(0, ...compared.map(({ differences }) => differences?.accuracy.pairs ?? 0));
  if (seeds === 0) return 'Nothing can be compared: no run came to its end.';
  if (seeds === 1) return 'One seed is no evidence: give more of them, such as --seeds 0-4.';
  const found = compared.filter(({ adjustedP = 1 }) => adjustedP < significance);
  const diverged = cells.reduce((sum, cell) => sum + cell.diverged, 0);
  const lost = diverged === 0 ? '' : ` ${diverged} ${diverged === 1 ? 'run' : 'runs'} diverged.`;
  const together =
    compared.length === 1 ? '' : `, counted together for ${compared.length} settings by Holm's rule`;
  if (found.length === 0) {
    const settings =
      compared.length === 1
        ? 'mutual training does not differ'
        : `none of ${compared.length} settings differs`;
    return `No difference found: ${settings} from independent training in test accuracy by more than ${seeds} seeds explain by chance (5 %${together}).${lost}`;
  }
  const listed = found.map((cell) => {
    const { difference, standardError } = cell.differences?.accuracy ?? { difference: 0, standardError: 0 };
    return `${cellName(cell)} with ${cell.size} students ${difference > 0 ? 'did better' : 'did worse'} by ${signed(difference, 4)} ± ${decimal(standardError, 4)} (${pClause({ p: cell.adjustedP ?? 1 })})`;
  });
  return `Against independent training, ${listed.join('; ')} in test accuracy, paired over ${seeds} seeds${together}. On these data and settings: elsewhere it may not hold.${lost}`;
}

/** A line for each setting, below a line of names; at most 80 columns. */
export function sweepTable(cells: readonly SweepCell[], { bold }: Style): string {
  const rows = sweepRows(cells);
  const head = ['', 'accuracy', 'difference', 'p', 'NLL', 'agreement'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const text = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart((widths[i] ?? 0) + 2)))
      .join('')
      .trimEnd();
  return [bold(text(head)), ...rows.map(text)].join('\n');
}

/** The cells of that table as text. */
function sweepRows(cells: readonly SweepCell[]): readonly (readonly string[])[] {
  const sizes = new Set(cells.map(({ size }) => size));
  return cells.map((cell) => {
    const { accuracy, nll, agreement } = cell.measures;
    const found = cell.differences?.accuracy;
    return [
      sizes.size === 1 ? cellName(cell) : `${cell.size} x ${cellName(cell)}`,
      estimate(accuracy),
      found === undefined ? '' : `${signed(found.difference, 4)} ± ${decimal(found.standardError, 4)}`,
      cell.adjustedP === undefined ? '' : pText({ p: cell.adjustedP }),
      decimal(nll.mean, 4),
      decimal(agreement.mean, 4),
    ];
  });
}

/** `alpha 1.5`, or `independent` */
export function cellName({ alpha }: Pick<SweepCell, 'alpha'>): string {
  return alpha === undefined ? 'independent' : `alpha ${scheduleText(alpha)}`;
}

/** `0.9701 ± 0.0009` */
export function estimate({ mean, standardError }: Estimate): string {
  return Number.isNaN(mean) ? '' : `${decimal(mean, 4)} ± ${decimal(standardError, 4)}`;
}
