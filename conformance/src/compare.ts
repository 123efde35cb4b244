import { type FloatDType, type GoldenNumber, toNumber } from './format.js';

interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** |a - b| <= absolute + relative |b|, as the format says; errors of a trajectory add up, which is granted ten times that. */
const tolerances: Readonly<Record<FloatDType, Tolerance>> = {
  float64: { relative: 1e-9, absolute: 1e-11 },
  float32: { relative: 2e-4, absolute: 2e-5 },
};

/** What float32 holds at most; beyond it a number is infinite there. */
const largestFloat32 = 3.4028234663852886e38;

export interface Comparison {
  /** What is wrong, undefined if nothing is. */
  readonly fault: string | undefined;
  /** The largest |a - b| / (absolute / relative + |b|); infinite where one of them is not finite and the other is. */
  readonly error: number;
}

export interface ComparisonOptions {
  /** A multiple of the tolerance; 1 by default. */
  readonly slack?: number;
  /**
   * Whether NaN is right as well where a number is too large for the dtype: on a trajectory an infinity meets another one
   * of the opposite sign a step later.
   */
  readonly mayBeLost?: boolean;
}

/** Holds numbers to those that are expected. */
export function compareNumbers(
  actual: ArrayLike<number | boolean>,
  expected: readonly GoldenNumber[],
  dtype: FloatDType,
  { slack = 1, mayBeLost = false }: ComparisonOptions = {},
): Comparison {
  if (actual.length !== expected.length)
    return {
      fault: `${actual.length} numbers instead of ${expected.length}`,
      error: Number.POSITIVE_INFINITY,
    };
  const { relative, absolute } = tolerances[dtype];
  let fault: string | undefined;
  let error = 0;
  for (const [i, spelled] of expected.entries()) {
    const a = Number(actual[i]);
    const exact = toNumber(spelled);
    const isTooLarge = dtype === 'float32' && Math.abs(exact) > largestFloat32;
    if (isTooLarge && mayBeLost && Number.isNaN(a)) continue;
    const b = isTooLarge ? Math.sign(exact) * Number.POSITIVE_INFINITY : exact;
    const distance = Object.is(a, b) || a === b ? 0 : Math.abs(a - b);
    const isClose = Number.isFinite(b)
      ? distance <= slack * (absolute + relative * Math.abs(b))
      : distance === 0;
    if (!isClose) fault ??= `at ${i} ${a} instead of ${b}`;
    const own = distance === 0 ? 0 : distance / (absolute / relative + Math.abs(b));
    // Not Math.max, and NaN for anything else than NaN is as far away as can be.
    const size = Number.isNaN(own) ? Number.POSITIVE_INFINITY : own;
    if (size > error) error = size;
  }
  return { fault, error };
}

export function isSameShape(a: ArrayLike<number> | undefined, b: readonly number[]): boolean {
  return a?.length === b.length && b.every((extent, axis) => a[axis] === extent);
}
