import type { Style } from '../color.js';
import { duration, grouped } from '../format.js';
import type { SweepCell } from './cells.js';
import type { SweepPlan } from './plan.js';
import { sweepTable, sweepVerdict } from './sweep-text.js';

/** What `--json` prints and result.json holds. */
export interface SweepReport {
  readonly verdict: string;
  readonly plan: SweepPlan;
  readonly cells: readonly SweepCell[];
  readonly run: { readonly folder: string; readonly seconds: number; readonly version: string };
}

/** What a person sees at the end of a sweep. */
export function sweepSummary(
  report: SweepReport,
  page: string,
  wrap: (text: string) => string,
  style: Style,
): string {
  const { plan, cells, run } = report;
  const { seeds, base } = plan;
  const epochs = Math.min(base.lastEpochs, base.epochs);
  const runs = cells.reduce((sum, cell) => sum + cell.seeds.length + cell.diverged, 0);
  return `${[
    `${grouped(runs)} runs in ${duration(run.seconds)}; test part, mean of ${epochs === 1 ? 'the last epoch' : `the last ${epochs} epochs`} over ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`,
    '',
    sweepTable(cells, style),
    '',
    wrap(sweepVerdict(cells)),
    '',
    `sweep folder: ${style.bold(run.folder)}`,
    `report: ${style.bold(page)}`,
  ].join('\n')}\n`;
}
