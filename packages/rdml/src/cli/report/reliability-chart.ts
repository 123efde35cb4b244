import type { CalibrationBin } from '../../index.js';
import type { Chart, Series } from './chart.js';

/** How right predictions were against how sure: on the diagonal, both agree. */
export function reliabilityChart(
  mutual: readonly CalibrationBin[],
  independent: readonly CalibrationBin[] | undefined,
): Chart {
  const groups = [mutual, ...(independent === undefined ? [] : [independent])].map((bins) =>
    bins.filter(({ rows }) => rows > 0),
  );
  const points = groups
    .flatMap((bins, group) => bins.map((bin) => ({ group, bin, x: bin.confidence })))
    .sort((a, b) => a.x - b.x);
  const series = (group: number, rest: Pick<Series, 'name' | 'color' | 'isDashed'>): Series => {
    const own = points.map((point) => (point.group === group ? point.bin : undefined));
    return {
      ...rest,
      // The ends of the diagonal have no bins.
      values: [null, ...own.map((bin) => bin?.accuracy ?? null), null],
      errors: [null, ...own.map((bin) => (bin === undefined ? null : wilson(bin))), null],
    };
  };
  return {
    title: 'Reliability of the ensemble',
    caption:
      'Test rows in bins by their largest probability, with standard errors: below the diagonal it was too sure.',
    xLabel: 'confidence',
    yLabel: 'accuracy',
    x: [0, ...points.map(({ x }) => x), 1],
    isUnitSquare: true,
    series: [
      series(0, { name: 'mutual', color: 'whole' }),
      ...(independent === undefined
        ? []
        : [series(1, { name: 'independent', color: 'alone', isDashed: true })]),
    ],
  };
}

/**
 * Half the length of Wilson's interval of one standard error for a proportion a of n rows,
 * sqrt((a (1 - a) + 1 / 4n) / n) / (1 + 1 / n): not 0 where all of a few rows were right.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 */
function wilson({ accuracy, rows }: CalibrationBin): number {
  return Math.sqrt((accuracy * (1 - accuracy) + 1 / (4 * rows)) / rows) / (1 + 1 / rows);
}
