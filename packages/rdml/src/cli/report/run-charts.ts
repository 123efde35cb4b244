import type { Evaluation } from '../../index.js';
import { type Chart, plottable, type Series } from './chart.js';
import { reliabilityChart } from './reliability-chart.js';
import type { EpochRecord, RunSource } from './run-source.js';

type Getter = (epoch: EpochRecord) => number | undefined;

/** How a run went, epoch by epoch, on its validation part. */
export function runCharts({ config, epochs, result }: RunSource): readonly Chart[] {
  const students = Array.from({ length: config.students }, (_, k) => k);
  const x = epochs.map(({ epoch }) => epoch);
  const line = (name: string, color: Series['color'], get: Getter, isDashed = false): Series => ({
    name,
    color,
    values: epochs.map((epoch) => plottable(get(epoch))),
    ...(isDashed && { isDashed }),
  });
  const chart = (title: string, yLabel: string, series: readonly Series[], caption?: string): Chart => ({
    title,
    xLabel: 'epoch',
    yLabel,
    x,
    series,
    ...(caption !== undefined && { caption }),
  });
  const compared = config.baseline;
  const scores = (key: 'accuracy' | 'nll'): Series[] => [
    ...students.map((k) => line(`student ${k}`, k, ({ validation }) => validation.students[k]?.[key])),
    line('ensemble', 'whole', ({ validation }) => validation.ensemble[key]),
    ...(compared
      ? [
          line('independent, mean', 'alone', ({ independent }) => meanOf(independent, key), true),
          line('independent, ensemble', 'whole', ({ independent }) => independent?.ensemble[key], true),
        ]
      : []),
  ];
  const pair = (get: (evaluation: Evaluation) => number): Series[] => [
    line('mutual', 'whole', ({ validation }) => get(validation)),
    ...(compared
      ? [line('independent', 'alone', ({ independent }) => independent && get(independent), true)]
      : []),
  ];
  const each = (get: (epoch: EpochRecord, k: number) => number | undefined): Series[] =>
    students.map((k) => line(`student ${k}`, k, (epoch) => get(epoch, k)));
  const together =
    config.students === 1
      ? []
      : [
          chart(
            'Divergence between students',
            'nats',
            pair(({ divergence }) => divergence),
            'The mean over ordered pairs, on the validation part.',
          ),
          chart(
            'Agreement',
            'part of the rows',
            pair(({ agreement }) => agreement),
            'How often two students predict the same class.',
          ),
          chart(
            'What the ensemble gains',
            'accuracy',
            pair(({ ensembleGain }) => ensembleGain),
            'Its accuracy minus the mean accuracy of its members.',
          ),
          chart(
            'Mutual loss',
            'nats',
            each(({ students: steps }, k) => steps[k]?.mutualLoss),
            'The weighted divergence that each student pays, without lambda.',
          ),
        ];
  const learningRates = [config, ...config.perStudent].map(({ learningRate }) => learningRate);
  const scheduled = [config.alpha, config.lambda, config.temperature].some(
    (value) => typeof value !== 'number',
  );
  return [
    chart('Validation accuracy', 'accuracy', scores('accuracy')),
    chart('Validation NLL', 'nats', scores('nll')),
    ...together,
    chart(
      'Training loss (labels)',
      'nats',
      each(({ students: steps }, k) => steps[k]?.baseLoss),
    ),
    chart(
      'Gradient norm',
      'L2 norm',
      each(({ students: steps }, k) => steps[k]?.gradientNorm),
    ),
    ...(scheduled
      ? [
          chart('Schedules', 'value at the start of the epoch', [
            line('alpha', 0, ({ settings }) => settings.alpha),
            line('lambda', 1, ({ settings }) => settings.lambda),
            line('temperature', 2, ({ settings }) => settings.temperature),
          ]),
        ]
      : []),
    ...(learningRates.some((value) => value !== undefined && typeof value !== 'number')
      ? [
          chart(
            'Learning rate',
            'value at the start of the epoch',
            each(({ settings }, k) => settings.learningRates[k]),
          ),
        ]
      : []),
    ...(result === undefined ? [] : [reliabilityChart(result.reliability, result.independent?.reliability)]),
  ];
}

function meanOf(evaluation: Evaluation | undefined, key: 'accuracy' | 'nll'): number | undefined {
  const students = evaluation?.students;
  return students && students.reduce((sum, student) => sum + student[key], 0) / students.length;
}
