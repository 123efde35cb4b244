import { scheduleText } from '../schedule-text.js';
import type { Measure } from '../sweep/cells.js';
import type { SweepReport } from '../sweep/sweep-report.js';
import { type Chart, plottable, type Series } from './chart.js';

/** Alpha against what came out, for each cohort size, with error bars. */
export function sweepCharts({ plan, cells }: SweepReport): readonly Chart[] {
  const { alphas, sizes } = plan;
  const orders = alphas.map((alpha) => (typeof alpha === 'number' ? alpha : Number.NaN));
  const isNumeric = orders.every((order) => Number.isFinite(order));
  // Schedules and infinity have no place on an axis of numbers: then the settings stand side by side.
  const places = alphas.map((_, i) => (isNumeric ? (orders[i] as number) : i));
  const order = places.map((_, i) => i).sort((a, b) => (places[a] as number) - (places[b] as number));
  const chart = (title: string, yLabel: string, measure: Measure, caption?: string): Chart => ({
    title,
    ...(caption !== undefined && { caption }),
    xLabel: 'alpha',
    yLabel,
    x: order.map((i) => places[i] as number),
    ...(!isNumeric && { xNames: order.map((i) => scheduleText(alphas[i] ?? Number.NaN)) }),
    series: sizes.flatMap((size, s): Series[] => {
      const own = order.map((i) =>
        cells.find(
          (cell) =>
            cell.size === size &&
            cell.alpha !== undefined &&
            scheduleText(cell.alpha) === scheduleText(alphas[i] ?? 0),
        ),
      );
      const alone = cells.find((cell) => cell.size === size && cell.alpha === undefined)?.measures[measure];
      const name = sizes.length === 1 ? '' : `${size} students, `;
      return [
        {
          name: `${name}mutual`,
          color: s,
          values: own.map((cell) => plottable(cell?.measures[measure].mean)),
          errors: own.map((cell) => plottable(cell?.measures[measure].standardError)),
        },
        {
          name: `${name}independent`,
          color: s,
          isDashed: true,
          values: own.map(() => plottable(alone?.mean)),
          errors: own.map((_, i) => (i === 0 ? plottable(alone?.standardError) : null)),
        },
      ];
    }),
  });
  return [
    chart(
      'Test accuracy',
      'accuracy',
      'accuracy',
      'Bars are one standard error over seeds; dashed: independent training.',
    ),
    chart('Test NLL', 'nats', 'nll'),
    chart('Ensemble accuracy', 'accuracy', 'ensembleAccuracy'),
    chart('What the ensemble gains', 'accuracy', 'ensembleGain'),
    chart('Agreement', 'part of the rows', 'agreement'),
    chart(
      'Divergence between students',
      'nats',
      'divergence',
      `Of the order that each was trained with; independent: ${scheduleText(typeof plan.base.alpha === 'number' ? plan.base.alpha : 1)}.`,
    ),
    chart('Calibration error', 'expected calibration error', 'calibrationError'),
  ];
}
