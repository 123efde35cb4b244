import { add, cast, ConfigError, Generator, mul, sum, type Tensor } from '@renyi/tensor';
import { checkVariables } from './checks.js';
import { type vjp, vjpByRules } from './vjp.js';
import type { VjpTable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

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
  /** Order 2: which input's gradient was compared; null for order 1, where it is the function itself. */
  readonly gradientOf: number | null;
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
 * cube root of eps both are about eps^(2/3) = 4e-11 for a function whose values and derivatives are of size 1.
 * The margin of 2000 is room for third derivatives and values of up to some thousand. What is left is 7e-8: a rule
 * that is off by a factor 1.0005 is found wherever the derivative is larger than 2e-4, so inputs and functions are
 * to be scaled to size about 1.
 */
const step = Math.cbrt(Number.EPSILON);
const defaultTolerance = 2000 * step * step;

/**
 * Compares reverse-mode derivatives with central differences, in float64.
 *
 * For random u and v, the number <u, J v> is computed as <Jᵀu, v> by a pullback, and as the difference quotient
 * of <u, f(x + h v)>: two numbers that agree for every u and v only if all of J is right. Order 2 does the same
 * with each input's gradient of <u, f> in place of f, so each block of the Hessian, input i by input j, is compared
 * on its own and none hides behind a larger one.
 *
 * @param f any function of float tensors; its result may have any shape
 * @param inputs where to check, away from kinks and poles; they are widened to float64
 * @throws DTypeError when an input or the result is not float
 * @throws ConfigError for options that would compare nothing
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
  return checkGradientsByRules(vjpTable, f, inputs, options);
}

/** `checkGradients` of the derivatives that a given table of rules makes: what it says of a wrong rule can be seen. */
export function checkGradientsByRules(
  rules: VjpTable,
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: GradientCheckOptions = {},
): GradientReport {
  const { order = 2, seed = 0, directions = 2, tolerance = defaultTolerance } = options;
  if (order !== 1 && order !== 2) {
    throw new ConfigError('checkGradients', { expected: 'order 1 or 2', got: String(order) });
  }
  if (!Number.isSafeInteger(directions) || directions < 1) {
    throw new ConfigError('checkGradients', { expected: 'at least one direction', got: String(directions) });
  }
  if (inputs.length === 0) {
    throw new ConfigError('checkGradients', { expected: 'at least one input to move', got: 'none' });
  }
  checkVariables('checkGradients', inputs);
  const comparison: Comparison = {
    differentiate: (g, xs) => vjpByRules(rules, 'checkGradients', g, xs),
    points: inputs.map((x) => cast(x, 'float64')),
    directions,
    generator: new Generator(seed),
  };
  const checks = compare(comparison, f, { order: 1, gradientOf: null });
  if (order === 2) {
    const u = randomLike(f(...comparison.points), comparison.generator);
    for (const gradientOf of inputs.keys()) {
      const gradient = (...xs: Tensor[]): Tensor =>
        comparison.differentiate(f, xs).pullback(u)[gradientOf] as Tensor;
      checks.push(...compare(comparison, gradient, { order: 2, gradientOf }));
    }
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

/** What all comparisons of one check share. */
interface Comparison {
  readonly differentiate: typeof vjp;
  readonly points: readonly Tensor[];
  readonly directions: number;
  readonly generator: Generator;
}

/** Moves every input along every direction. */
function compare(
  { differentiate, points, directions, generator }: Comparison,
  f: (...inputs: Tensor[]) => Tensor,
  of: Pick<GradientCheck, 'order' | 'gradientOf'>,
): GradientCheck[] {
  const { output, pullback } = differentiate(f, points);
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
      checks.push({ ...of, input, direction, analytic, numeric, error });
    }
  }
  return checks;
}

function randomLike(x: Tensor, generator: Generator): Tensor {
  return generator.normal(x.shape, { dtype: 'float64', backend: x.storage.backend });
}

function inner(a: Tensor, b: Tensor): number {
  return sum(mul(a, b)).item();
}

function describe(
  checks: readonly GradientCheck[],
  failures: readonly GradientCheck[],
  tolerance: number,
): string {
  const worst = checks.reduce((largest, { error }) => Math.max(largest, error), 0);
  if (failures.length === 0) {
    return `${checks.length} directional derivatives agree, worst error ${worst.toExponential(1)} (tolerance ${tolerance.toExponential(1)})`;
  }
  return failures
    .map(
      ({ order, gradientOf, input, direction, analytic, numeric, error }) =>
        `order ${order}${gradientOf === null ? '' : `, gradient of input ${gradientOf}`}, moved input ${input}, ` +
        `direction ${direction}: ${analytic} by the rules, ${numeric} by differences, ` +
        `error ${error.toExponential(1)} (tolerance ${tolerance.toExponential(1)})`,
    )
    .join('\n');
}
