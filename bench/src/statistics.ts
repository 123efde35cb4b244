/** What is told of the samples of one contender, in the unit of the samples. */
export interface Summary {
  readonly median: number;
  /** The quartiles: half of the samples lie between them. */
  readonly lower: number;
  readonly upper: number;
  /** The smallest sample: the one that was least disturbed. */
  readonly best: number;
}

/**
 * The value below which the fraction `p` of the samples lies, interpolated linearly between the two nearest
 * (definition 7 of Hyndman and Fan 1996: the one of NumPy and R). NaN of no samples.
 */
export function quantile(samples: readonly number[], p: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = samples.toSorted((a, b) => a - b);
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (position - below) * (high - low);
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export function summarize(samples: readonly number[]): Summary {
  return {
    median: median(samples),
    lower: quantile(samples, 0.25),
    upper: quantile(samples, 0.75),
    best: quantile(samples, 0),
  };
}

/**
 * How many times as long a contender takes as the baseline: the median of the ratios of the samples that were
 * taken in the same round. Load that comes and goes meets both sides of a round, and so cancels; in a ratio of
 * two medians it would not.
 */
export function pairedRatio(samples: readonly number[], baseline: readonly number[]): number {
  const rounds = Math.min(samples.length, baseline.length);
  return median(Array.from({ length: rounds }, (_, i) => (samples[i] as number) / (baseline[i] as number)));
}
