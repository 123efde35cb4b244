import type { EpochReport, Evaluation } from '../index.js';

/** The reports of all epochs as a table for a spreadsheet: a line of names, then a line an epoch. */
export function metricsCsv(history: readonly EpochReport[]): string {
  const rows = history.map(columnsOf);
  const names = Object.keys(rows[0] ?? { epoch: 0 });
  return `${[names.join(','), ...rows.map((row) => names.map((name) => row[name] ?? '').join(','))].join('\n')}\n`;
}

function columnsOf(report: EpochReport): Readonly<Record<string, number>> {
  const { epoch, students, validation, independent, settings } = report;
  return {
    epoch,
    alpha: settings.alpha,
    lambda: settings.lambda,
    temperature: settings.temperature,
    ...Object.assign(
      {},
      ...students.map((step, k) => ({
        [`student${k}_learning_rate`]: settings.learningRates[k],
        [`student${k}_base_loss`]: step.baseLoss,
        [`student${k}_mutual_loss`]: step.mutualLoss,
        [`student${k}_gradient_norm`]: step.gradientNorm,
      })),
    ),
    ...evaluationColumns('', validation),
    ...(independent && evaluationColumns('independent_', independent)),
  };
}

function evaluationColumns(prefix: string, evaluation: Evaluation): Record<string, number> {
  const scores = [
    ...evaluation.students.map((score, k) => [`student${k}`, score] as const),
    ['ensemble', evaluation.ensemble] as const,
  ];
  return {
    ...Object.assign(
      {},
      ...scores.map(([name, { accuracy, nll, calibrationError }]) => ({
        [`${prefix}${name}_accuracy`]: accuracy,
        [`${prefix}${name}_nll`]: nll,
        [`${prefix}${name}_calibration_error`]: calibrationError,
      })),
    ),
    [`${prefix}ensemble_gain`]: evaluation.ensembleGain,
    [`${prefix}agreement`]: evaluation.agreement,
    [`${prefix}divergence`]: evaluation.divergence,
  };
}
