/** The numbers that a contender computed, or that it should have: one array for each of its results. */
export type Values = readonly ArrayLike<number>[];

/**
 * The largest error relative to the largest expected number of the same result,
 *
 *     max over results of (max_i |x_i - e_i| / max_i |e_i|),
 *
 * which a small element between large ones does not inflate. Infinity where a number is missing or not finite,
 * so that nothing that is no number passes for a small error.
 */
export function relativeError(values: Values, expected: Values): number {
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (const [i, own] of values.entries())
    worst = Math.max(worst, errorOf(own, expected[i] as ArrayLike<number>));
  return worst;
}

function errorOf(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(value - (expected[i] as number)));
    scale = Math.max(scale, Math.abs(expected[i] as number));
  }
  return difference === 0 ? 0 : difference / scale;
}
