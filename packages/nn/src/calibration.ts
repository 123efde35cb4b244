import { ConfigError } from '@renyi/tensor';

/** The rows whose largest probability lies in one of the intervals between 0 and 1. */
export interface CalibrationBin {
  /** How many rows. */
  readonly rows: number;
  /** Mean of their largest probability; NaN without rows. */
  readonly confidence: number;
  /** Fraction of them whose prediction is the label; NaN without rows. */
  readonly accuracy: number;
}

/**
 * How far predictions are as sure as they are right: rows are put into `bins` intervals ((b - 1) / bins, b / bins] by
 * their largest probability. Rows with a NaN are left out.
 * @param probs flat, row by row, `classes` of them for each label
 * @throws ConfigError unless there is a bin
 * Source: C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 2.
 */
export function calibration(
  probs: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 15,
): readonly CalibrationBin[] {
  if (!Number.isInteger(bins) || bins < 1) {
    throw new ConfigError('calibration', {
      expected: 'a whole number of bins, at least 1',
      got: String(bins),
    });
  }
  const rows = new Float64Array(bins);
  const confidence = new Float64Array(bins);
  const correct = new Float64Array(bins);
  const classes = probs.length / labels.length;
  for (let row = 0; row < labels.length; row++) {
    const best = predictionOf(probs, row, classes);
    const largest = probs[row * classes + best] as number;
    if (Number.isNaN(largest)) continue;
    const bin = Math.max(0, Math.min(bins - 1, Math.ceil(largest * bins) - 1));
    rows[bin]! += 1;
    confidence[bin]! += largest;
    if (best === labels[row]) correct[bin]! += 1;
  }
  return Array.from(rows, (n, bin) => ({
    rows: n,
    confidence: confidence[bin]! / n,
    accuracy: correct[bin]! / n,
  }));
}

/** The expected calibration error: the mean over rows of |accuracy - confidence| of their bins; 0 for no rows. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  let total = 0;
  let weighted = 0;
  for (const { rows, confidence, accuracy } of bins) {
    if (rows === 0) continue;
    total += rows;
    weighted += rows * Math.abs(accuracy - confidence);
  }
  return total === 0 ? 0 : weighted / total;
}

/** The class with the largest value in a row of flat values: the first of several, or the first NaN. */
export function predictionOf(values: ArrayLike<number>, row: number, classes: number): number {
  const start = row * classes;
  let best = 0;
  for (let c = 1; c < classes; c++) {
    const [held, value] = [values[start + best] as number, values[start + c] as number];
    if (value > held || (Number.isNaN(value) && !Number.isNaN(held))) best = c;
  }
  return best;
}
