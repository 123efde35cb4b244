/*
 * Sums of float64 with the error of every addition kept beside the total and added in the end: as accurate as if summed in twice
 * the precision and rounded once (Knuth 1997, The Art of Computer Programming 2, section 4.2.2, theorem B; Ogita, Rump and
 * Oishi 2005, Accurate sum and dot product, algorithm Sum2).
 */

/** What the rounded sum of a and b lacks: a + b = sum + error, exactly. NaN where the sum is not finite. */
export function roundingError(a: number, b: number, sum: number): number {
  const rounded = sum - a;
  return a - (sum - rounded) + (b - rounded);
}

/** A total together with its errors. One that is infinite or NaN stays what plain addition made it. */
export function settled(total: number, error: number): number {
  return error === error ? total + error : total;
}
