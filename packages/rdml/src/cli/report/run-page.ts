import { basename, resolve } from 'node:path';
import { decimal, duration, grouped, signed } from '../format.js';
import { reading } from '../reading.js';
import type { CohortReport, RunReport, TestScore } from '../result.js';
import { scheduleText } from '../schedule-text.js';
import { shellWords } from '../shell-words.js';
import { machineFacts } from './machine-facts.js';
import { escapeText, facts, figure, type Page, table } from './html.js';
import { settingText } from './setting-text.js';
import { runCharts } from './run-charts.js';
import type { RunSource } from './run-source.js';

/** The report of one run: what came out, how it went, and how to do it again. */
export function runPage(run: RunSource): Page {
  const { config, environment, epochs, result, folder } = run;
  const { data } = environment;
  const charts = runCharts(run);
  const count = config.students === 1 ? 'One network' : `${config.students} networks`;
  const title = `${count} on ${data.name}, alpha ${scheduleText(config.alpha)}, seed ${config.seed}`;
  const last = epochs.at(-1);
  return {
    title,
    charts,
    sections: [
      `<h1>${escapeText(title)}</h1>
<p class="soft">Rényi divergence deep mutual learning; ${escapeText(environment.started.slice(0, 16).replace('T', ' '))} UTC; run ${escapeText(basename(resolve(folder)))}</p>
<p class="verdict">${escapeText(verdictOf(run))}</p>`,
      result === undefined ? '' : `<h2>Test part</h2>${scoreTable(result)}${selectionTable(result)}`,
      `<h2>Epoch by epoch</h2><div class="charts">${charts.map(figure).join('\n')}</div>`,
      last === undefined || config.students === 1 ? '' : divergenceTable(last.validation.divergences),
      `<h2>Configuration</h2>${facts(Object.entries(config).map(([name, value]) => [name, settingText(value)]))}`,
      `<h2>Data and machine</h2>${facts([
        [
          'data',
          `${data.name}: ${grouped(data.rows)} rows, ${data.features} features, ${data.classes} classes`,
        ],
        ['file', data.file ?? 'embedded'],
        ...(result === undefined
          ? []
          : [
              [
                'split',
                `${result.sizes.train} train, ${result.sizes.validation} validation, ${result.sizes.test} test`,
              ] as const,
              ['duration', duration(result.run.seconds)] as const,
            ]),
        ...(last === undefined
          ? []
          : [
              ['rows per second', grouped(Math.round(last.samplesPerSecond))] as const,
              ['memory', `${grouped(Math.round(last.memory / 1e6))} MB`] as const,
            ]),
        ...machineFacts(environment),
      ])}`,
      `<h2>To do it again</h2><pre>${escapeText(commandsOf(run).join('\n'))}</pre>
<p class="soft">The same configuration and data give the same bits on the same kind of machine.</p>`,
    ],
  };
}

function verdictOf({ config, epochs, result }: RunSource): string {
  if (result === undefined)
    return `This run is not finished: ${epochs.length} of ${config.epochs} epochs are done.`;
  return reading(result);
}

function scoreTable({ students, ensemble, independent }: RunReport): string {
  const row = (name: string, own: TestScore, alone: TestScore | undefined): string[] => [
    name,
    ...(['testAccuracy', 'testNll', 'testCalibrationError'] as const).flatMap((key) =>
      alone === undefined
        ? [decimal(own[key], 4)]
        : [decimal(own[key], 4), decimal(alone[key], 4), signed(own[key] - alone[key], 4)],
    ),
  ];
  const head = ['accuracy', 'NLL', 'calibration error'].flatMap((name) =>
    independent === undefined ? [name] : [name, 'independent', 'difference'],
  );
  return table(
    ['', ...head],
    [
      ...students.map((own, k) => row(`student ${k}`, own, independent?.students[k])),
      row('ensemble', ensemble, independent?.ensemble),
    ],
  );
}

/** What would be reported if one chose otherwise: means over the last epochs, and the epoch that validation prefers. */
function selectionTable(result: RunReport): string {
  const { config, independent } = result;
  const row = (name: string, { lastEpochs, bestEpoch }: CohortReport): string[] => [
    name,
    decimal(lastEpochs.mean.testAccuracy, 4),
    decimal(lastEpochs.mean.testNll, 4),
    decimal(bestEpoch.mean.testAccuracy, 4),
    decimal(bestEpoch.mean.testNll, 4),
    String(bestEpoch.epoch),
  ];
  const count = Math.min(config.lastEpochs, config.epochs);
  return `<h3>Mean of the students over the last epochs, and at the epoch that was best in validation</h3>${table(
    [
      '',
      count === 1 ? 'accuracy, last epoch' : `accuracy, last ${count} epochs`,
      ...['NLL', 'accuracy, best epoch', 'NLL', 'that is epoch'],
    ],
    [row('mutual', result), ...(independent === undefined ? [] : [row('independent', independent)])],
  )}`;
}

function divergenceTable(divergences: readonly (readonly number[])[]): string {
  const names = divergences.map((_, k) => `student ${k}`);
  return `<h3>Divergence of each pair after the last epoch, in nats</h3>
<p class="soft">D(row ‖ column) on the validation part: the row is the peer, the column the student.</p>${table(
    ['', ...names],
    divergences.map((row, j) => [
      names[j] as string,
      ...row.map((value, k) => (j === k ? '' : decimal(value, 5))),
    ]),
  )}`;
}

function commandsOf({ environment, folder }: RunSource): string[] {
  const { file } = environment.data;
  const again = [
    'rdml',
    'train',
    '--config',
    `${folder}/config.json`,
    ...(file === null ? [] : ['--data', file]),
  ];
  return [
    `# as it was started`,
    shellWords(['rdml', ...environment.words]),
    `# with the settings written out`,
    shellWords(again),
    `# this report`,
    shellWords(['rdml', 'report', folder]),
  ];
}
