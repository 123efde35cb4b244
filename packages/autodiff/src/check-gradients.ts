import { add, cast, ConfigError, DTypeError, Generator, isFloat, mul, sum, type Tensor } from '@renyi/tensor';
import { vjp } from './vjp.js';

export interface GradientCheckOptions {
  /** 1 checks the gradient, 2 (the default) also the gradient of the gradient. */
  readonly order?: 1 | 2;
  /** Seed of the random directions. */
  readonly seed?: number;
  /** How many pairs of random directions for each input and order; 2 by default. */
  readonly directions?: number;
  /** The largest error taken for rounding, relative to the size of the derivative (at least 1). */
  readonly tolerance?: number;
}

/** One comparison of a directional derivative with its central difference. */
export interface GradientCheck {
  readonly order: 1 | 2;
  /** Which input was moved. */
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
  readonly checks: readonly GradientCheck[];
  readonly failures: readonly GradientCheck[];
  /** The failures, a line each, or one line that says that there are none. */
  toString(): string;
}

/**
 * A central difference errs by h² f'''/6 from truncation and by about eps f / h from rounding; with h at the
 * cube root of eps both are about eps^(2/3) = 4e-11. The margin of 2000 is room for third derivatives and
 * values of that size; a rule that is off by a factor 1.0005 is still 6000 times above it.
 */
const step = Math.cbrt(Number.EPSILON);
const defaultTolerance = 2000 * step * step;

/**
 * Compares reverse-mode derivatives with central differences, in float64.
 *
 * For random u and v, the number <u, J v> is computed as <Jᵀu, v> by a pullback, and as the difference quotient
 * of <u, f(x + h v)>: two numbers that agree for every u and v only if all of J is right. Order 2 does the same
 * with the gradient of <u, f> in place of f.
 *
 * @param f any function of float tensors; its result may have any shape
 * @param inputs where to check, away from kinks and poles; they are widened to float64
 * @throws DTypeError when an input or the result is not float
 * @see torch.autograd.gradcheck, jax.test_util.check_grads
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { checkGradients } from '@renyi/autodiff';
 * const report = checkGradients((x) => x.tanh().mul(x), [tensor([0.5, -1.5])]);
 * console.log(report.ok); // => true
 */
export function checkGradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: GradientCheckOptions = {},
): GradientReport {
  const { order = 2, seed = 0, directions = 2, tolerance = defaultTolerance } = options;
  if (order !== 1 && order !== 2) {
    throw new ConfigError('checkGradients', { expected: 'order 1 or 2', got: String(order) });
  }
  const points = inputs.map(widen);
  const generator = new Generator(seed);
  const checks: GradientCheck[] = compare(f, points, 1, directions, generator);
  if (order === 2) {
    const u = randomLike(f(...points), generator);
    // The gradient of a random combination of the outputs, as one function of all inputs: each input is then
    // checked against the gradients of all of them.
    const weights = points.map((x) => randomLike(x, generator));
    const gradient = (...xs: Tensor[]): Tensor =>
      vjp(f, xs)
        .pullback(u)
        .map((g, i) => sum(mul(g, weights[i] as Tensor)))
        .reduce((a, b) => add(a, b));
    checks.push(...compare(gradient, points, 2, directions, generator));
  }
  const failures = checks.filter((check) => !(check.error <= tolerance));
  return {
    ok: failures.length === 0,
    tolerance,
    checks,
    failures,
    toString: () => describe(checks, failures, tolerance),
  };
}

function compare(
  f: (...inputs: Tensor[]) => Tensor,
  points: readonly Tensor[],
  order: 1 | 2,
  directions: number,
  generator: Generator,
): GradientCheck[] {
  const { output, pullback } = vjp(f, points);
  if (!isFloat(output.dtype)) {
    throw new DTypeError('checkGradients', { expected: 'a function whose result is float', got: output.dtype });
  }
  const checks: GradientCheck[] = [];
  for (let direction = 0; direction < directions; direction++) {
    const u = randomLike(output, generator);
    const cotangents = pullback(u);
    for (const [input, point] of points.entries()) {
      const v = randomLike(point, generator);
      const moved = (h: number): number => {
        const at = points.map((x, i) => (i === input ? add(x, mul(v, h)) : x));
        return inner(u, f(...at));
      };
      const numeric = (moved(step) - moved(-step)) / (2 * step);
      const analytic = inner(cotangents[input] as Tensor, v);
      const error = Math.abs(analytic - numeric) / Math.max(1, Math.abs(analytic), Math.abs(numeric));
      checks.push({ order, input, direction, analytic, numeric, error });
    }
  }
  return checks;
}

function widen(x: Tensor): Tensor {
  if (!isFloat(x.dtype)) {
    throw new DTypeError('checkGradients', { expected: 'float32 or float64 inputs', got: x.dtype });
  }
  return cast(x, 'float64');
}

function randomLike(x: Tensor, generator: Generator): Tensor {
  return generator.normal(x.shape, { dtype: 'float64', backend: x.storage.backend });
}

function inner(a: Tensor, b: Tensor): number {
  return sum(mul(a, b)).item();
}

function describe(checks: readonly GradientCheck[], failures: readonly GradientCheck[], tolerance: number): string {
  const worst = checks.reduce((largest, { error }) => Math.max(largest, error), 0);
  if (failures.length === 0) {
    return `${checks.length} directional derivatives agree, worst error ${worst.toExponential(1)} (tolerance ${tolerance.toExponential(1)})`;
  }
  return failures
    .map(
      ({ order, input, direction, analytic, numeric, error }) =>
        `order ${order}, input ${input}, direction ${direction}: ${analytic} by the rules, ${numeric} by differences, ` +
        `error ${error.toExponential(1)} (tolerance ${tolerance.toExponential(1)})`,
    )
    .join('\n');
}
