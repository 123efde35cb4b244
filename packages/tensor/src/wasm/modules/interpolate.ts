/**
 * The coefficients, in powers of x, of the polynomial through `f` at the Chebyshev points of [-1, 1]: nearly the one of
 * its degree whose largest error is least (L. N. Trefethen, "Approximation Theory and Approximation Practice", chapter 16).
 */
export function interpolate(f: (x: number) => number, points: number): readonly number[] {
  const angles = Array.from({ length: points }, (_, i) => (Math.PI * (i + 0.5)) / points);
  const values = angles.map((angle) => f(Math.cos(angle)));
  const powers = new Array<number>(points).fill(0);
  // T_0 = 1, T_1 = t, T_(k + 1) = 2 t T_k - T_(k - 1), as lists of coefficients.
  let [last, own] = [[1], [0, 1]] as [number[], number[]];
  for (let k = 0; k < points; k++) {
    const sum = values.reduce((total, value, i) => total + value * Math.cos(k * (angles[i] as number)), 0);
    const weight = ((k === 0 ? 1 : 2) / points) * sum;
    last.forEach((c, power) => {
      powers[power] = (powers[power] as number) + weight * c;
    });
    const next = [0, ...own.map((c) => 2 * c)].map((c, power) => c - (last[power] ?? 0));
    [last, own] = [own, next];
  }
  return powers;
}

/** The coefficients of the polynomial through `f` at some points, by Newton's divided differences. */
export function interpolateAt(f: (x: number) => number, points: readonly number[]): readonly number[] {
  const differences = points.map(f);
  for (let order = 1; order < points.length; order++) {
    for (let i = points.length - 1; i >= order; i--) {
      const [own, last] = [differences[i] as number, differences[i - 1] as number];
      differences[i] = (own - last) / ((points[i] as number) - (points[i - order] as number));
    }
  }
  // d0 + (x - p0) (d1 + (x - p1) (d2 + ...)), from the inside out.
  const powers = new Array<number>(points.length).fill(0);
  for (let i = points.length - 1; i >= 0; i--) {
    for (let k = points.length - 1; k >= 0; k--) {
      powers[k] = (powers[k - 1] ?? 0) - (points[i] as number) * (powers[k] as number);
    }
    powers[0] = (powers[0] as number) + (differences[i] as number);
  }
  return powers;
}
