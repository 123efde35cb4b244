/** One chart of a report, as plain data: what is drawn, not how. */
export interface Chart {
  readonly title: string;
  /** A sentence about how to read it. */
  readonly caption?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: readonly number[];
  /** What stands on the axis at each x instead of the number. */
  readonly xNames?: readonly string[];
  readonly series: readonly Series[];
  /** The square from 0 to 1 with its diagonal, as for a reliability diagram. */
  readonly isUnitSquare?: boolean;
}

export interface Series {
  readonly name: string;
  /** One for each x; null where there is none. */
  readonly values: readonly (number | null)[];
  /** Half the length of an error bar at each x. */
  readonly errors?: readonly (number | null)[];
  /** Which color of the page's palette: a student's number, or that of what all students, or those who learned alone, are together. */
  readonly color: number | 'whole' | 'alone';
  /** Drawn with dashes: what it is compared with. */
  readonly isDashed?: boolean;
}

/** An error bar as far as it lies on the axis, and those of its ends that do: there it has caps. */
export function errorBar(
  value: number,
  error: number,
  [least, most]: readonly [number, number],
): { readonly from: number; readonly to: number; readonly caps: readonly number[] } {
  const ends = [value - error, value + error] as const;
  const [from, to] = [Math.max(ends[0], least), Math.min(ends[1], most)];
  return { from, to, caps: ends.filter((end) => end >= least && end <= most) };
}

/** JSON has no infinities and no NaN, and a chart has no place for them. */
export function plottable(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** A table with the same numbers, for who sees no chart: at most `rows` of them, evenly spread, the last among them. */
export function chartRows(chart: Chart, rows: number): readonly (readonly (number | null)[])[] {
  const count = Math.min(rows, chart.x.length);
  const places = Array.from({ length: count }, (_, i) =>
    count === 1 ? chart.x.length - 1 : Math.round((i * (chart.x.length - 1)) / (count - 1)),
  );
  return places.map((place) => [
    chart.x[place] as number,
    ...chart.series.map(({ values }) => values[place] ?? null),
  ]);
}
