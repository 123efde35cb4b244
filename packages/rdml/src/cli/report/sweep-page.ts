import { basename } from 'node:path';
import type { Environment } from '../environment.js';
import { decimal, duration, grouped, signed } from '../format.js';
import { pText } from '../reading.js';
import { scheduleText } from '../schedule-text.js';
import { shellWords } from '../shell-words.js';
import type { SweepCell } from '../sweep/cells.js';
import type { SweepReport } from '../sweep/sweep-report.js';
import { cellName, estimate } from '../sweep/sweep-text.js';
import { escapeText, facts, figure, type Page, table } from './html.js';
import { machineFacts } from './machine-facts.js';
import { settingText } from './setting-text.js';
import { sweepCharts } from './sweep-charts.js';

/** The report of a sweep: alpha against what came out, with error bars, and the comparison with independent training. */
export function sweepPage(report: SweepReport, environment: Environment, folder: string): Page {
  const { plan, cells, verdict, run } = report;
  const { data } = environment;
  const title = `Sweep over alpha on ${data.name}, ${plan.seeds.length} ${plan.seeds.length === 1 ? 'seed' : 'seeds'}`;
  const charts = sweepCharts(report);
  const { seed: _, students: __, alpha: ___, baseline: ____, ...shared } = plan.base;
  const epochs = Math.min(plan.base.lastEpochs, plan.base.epochs);
  return {
    title,
    charts,
    sections: [
      `<h1>${escapeText(title)}</h1>
<p class="soft">Rényi divergence deep mutual learning; ${escapeText(environment.started.slice(0, 16).replace('T', ' '))} UTC; sweep ${escapeText(basename(folder))}</p>
<p class="verdict">${escapeText(verdict)}</p>`,
      `<h2>Test part</h2><p class="soft">Means over students and the last ${epochs} epochs, ± standard error over seeds. Differences are to independent training with the same seeds, pair by pair; p counts all settings together (Holm).</p>${cellTable(cells)}`,
      `<h2>Against alpha</h2><p class="soft">Near agreement D_alpha is alpha times the Kullback-Leibler divergence: a larger alpha is also a stronger pull, unless lambdaMode is overAlpha (here: ${escapeText(plan.base.lambdaMode)}).</p><div class="charts">${charts.map(figure).join('\n')}</div>`,
      `<h2>Configuration</h2>${facts([
        ['alpha', plan.alphas.map(scheduleText).join(', ')],
        ['students', plan.sizes.join(', ')],
        ['seeds', plan.seeds.join(', ')],
        ...Object.entries(shared).map(([name, value]): [string, string] => [name, settingText(value)]),
      ])}`,
      `<h2>Data and machine</h2>${facts([
        [
          'data',
          `${data.name}: ${grouped(data.rows)} rows, ${data.features} features, ${data.classes} classes`,
        ],
        ['file', data.file ?? 'embedded'],
        ['duration', duration(run.seconds)],
        ...machineFacts(environment),
      ])}`,
      `<h2>To do it again</h2><pre>${escapeText(shellWords(['rdml', ...environment.words]))}</pre>
<p class="soft">Each run has a folder in that of the sweep: rdml report makes its own report.</p>`,
    ],
  };
}

function cellTable(cells: readonly SweepCell[]): string {
  const paired = (difference: { difference: number; standardError: number } | undefined): string =>
    difference === undefined
      ? ''
      : `${signed(difference.difference, 4)} ± ${decimal(difference.standardError, 4)}`;
  return table(
    [
      '',
      'students',
      'runs',
      'accuracy',
      'difference',
      'p',
      'NLL',
      'difference',
      'ensemble accuracy',
      'best validation epoch',
      'calibration error',
      'agreement',
      'divergence',
    ],
    cells.map((cell) => {
      const { measures, differences, adjustedP } = cell;
      return [
        cellName(cell),
        String(cell.size),
        `${cell.seeds.length}${cell.diverged === 0 ? '' : ` (${cell.diverged} diverged)`}`,
        estimate(measures.accuracy),
        paired(differences?.accuracy),
        adjustedP === undefined ? '' : pText({ p: adjustedP }),
        estimate(measures.nll),
        paired(differences?.nll),
        estimate(measures.ensembleAccuracy),
        estimate(measures.bestEpochAccuracy),
        estimate(measures.calibrationError),
        estimate(measures.agreement),
        estimate(measures.divergence),
      ];
    }),
  );
}
