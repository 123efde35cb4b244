/** In which direction derivatives are propagated: `vjp` or `jvp`. */
export type DerivativeMode = 'reverse' | 'forward';

/** One comparison of a directional derivative with its central difference. */
export interface GradientCheck {
  readonly order: 1 | 2;
  /** How the analytic derivative was computed; at order 2 the outer transformation first. */
  readonly mode: DerivativeMode | `${DerivativeMode} over ${DerivativeMode}`;
  /** Order 2: by which input the derivative was taken that is compared; null for order 1, where it is the function itself. */
  readonly gradientOf: number | null;
  /** Which input was moved: which of the tensors in the inputs, in order of appearance. */
  readonly input: number;
  /** Which of the random directions it was moved along. */
  readonly direction: number;
  readonly analytic: number;
  readonly numeric: number;
  /** |analytic - numeric| / max(1, |analytic|, |numeric|). */
  readonly error: number;
}

export interface GradientReport {
  readonly ok: boolean;
  readonly tolerance: number;
  /** Where each tensor is among the inputs: `0`, or in a tree `0.layers[1].w`. */
  readonly places: readonly string[];
  readonly checks: readonly GradientCheck[];
  readonly failures: readonly GradientCheck[];
  /** The failures, a line each, or one line that says that there are none. */
  toString(): string;
}

/** Sums up comparisons; an error that is no number is a failure. */
export function reportOf(
  checks: readonly GradientCheck[],
  places: readonly string[],
  tolerance: number,
): GradientReport {
  const failures = checks.filter((check) => !(check.error <= tolerance));
  return {
    ok: failures.length === 0,
    tolerance,
    places,
    checks,
    failures,
    toString: () =>
      failures.length === 0
        ? agreement(checks, tolerance)
        : failures.map((failure) => describe(failure, places, tolerance)).join('\n'),
  };
}

function agreement(checks: readonly GradientCheck[], tolerance: number): string {
  const worst = checks.reduce((largest, { error }) => Math.max(largest, error), 0);
  return (
    `${checks.length} directional derivatives agree, ` +
    `worst error ${worst.toExponential(1)} (tolerance ${tolerance.toExponential(1)})`
  );
}

function describe(
  { order, mode, gradientOf, input, direction, analytic, numeric, error }: GradientCheck,
  places: readonly string[],
  tolerance: number,
): string {
  const by = gradientOf === null ? '' : `, derivative by input ${places[gradientOf]}`;
  return (
    `order ${order}, ${mode}${by}, moved input ${places[input]}, direction ${direction}: ` +
    `${analytic} by the rules, ${numeric} by differences, ` +
    `error ${error.toExponential(1)} (tolerance ${tolerance.toExponential(1)})`
  );
}
