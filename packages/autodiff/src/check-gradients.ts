import { add, cast, ConfigError, Generator, mul, sum, type Tensor } from '@renyi/tensor';
import { checkVariables, leavesByPlace, resultLeaves } from './checks.js';
import { type DerivativeMode, type GradientCheck, type GradientReport, reportOf } from './gradient-report.js';
import type { JvpTable } from './jvp-rule.js';
import { jvpByRules } from './jvp.js';
import { jvpTable } from './jvp-table.js';
import { leavesOf, rebuild, tensors, type Tree } from './tree.js';
import { vjpByRules } from './vjp.js';
import type { VjpTable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

export interface GradientCheckOptions {
  /** 1 checks the gradient, 2 (the default) also the gradient of the gradient. */
  readonly order?: 1 | 2;
  /** Which modes are checked, both by default; at order 2 each of them over each of them. */
  readonly modes?: readonly DerivativeMode[];
  /** Seed of the random directions. */
  readonly seed?: number;
  /** How many pairs of random directions for each input and order; 2 by default. */
  readonly directions?: number;
  /** The largest error taken for rounding, relative to the size of the derivative (at least 1). */
  readonly tolerance?: number;
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
 * Compares derivatives of both modes with central differences, in float64, and so with each other.
 *
 * For random u and v, the number <u, J v> is computed as <Jᵀu, v> by a pullback, as <u, J v> by a tangent, and as the
 * difference quotient of <u, f(x + h v)>: numbers that agree for every u and v only if all of J is right. Order 2 does
 * the same with the derivative of <u, f> by each input, computed in either mode, in place of f: each block of the Hessian,
 * input i by input j, is compared on its own and none hides behind a larger one.
 *
 * Inputs and result are tensors or trees of them; each tensor in the inputs is moved on its own, and the report says where it is.
 *
 * @param f any function of float tensors; its result may have any shape
 * @param inputs where to check, away from kinks and poles; they are widened to float64
 * @throws DTypeError when an input or the result is not float
 * @throws ConfigError for options, inputs or a result that would compare nothing
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
  options?: GradientCheckOptions,
): GradientReport;
export function checkGradients<
  Inputs extends readonly Tree<Tensor>[] | [],
  Output extends Tree<Tensor> = Tensor,
>(f: (...inputs: NoInfer<Inputs>) => Output, inputs: Inputs, options?: GradientCheckOptions): GradientReport;
export function checkGradients(
  f: unknown,
  inputs: readonly Tree<Tensor>[],
  options: GradientCheckOptions = {},
): GradientReport {
  return checkGradientsByRules({ vjp: vjpTable, jvp: jvpTable }, f as OnTrees, inputs, options);
}

type OnTrees = (...inputs: never[]) => Tree<Tensor>;

/** The tables that a check differentiates by. */
export interface DerivativeTables {
  readonly vjp: VjpTable;
  readonly jvp: JvpTable;
}

/** `checkGradients` of the derivatives that given tables of rules make: what it says of a wrong rule can be seen. */
export function checkGradientsByRules(
  tables: DerivativeTables,
  f: OnTrees,
  inputs: readonly Tree<Tensor>[],
  options: GradientCheckOptions = {},
): GradientReport {
  const { order = 2, seed = 0, directions = 2, tolerance = defaultTolerance } = options;
  const modes = checkedModes(options.modes);
  if (order !== 1 && order !== 2) {
    throw new ConfigError('checkGradients', { expected: 'order 1 or 2', got: String(order) });
  }
  if (!Number.isSafeInteger(directions) || directions < 1) {
    throw new ConfigError('checkGradients', { expected: 'at least one direction', got: String(directions) });
  }
  const leaves = leavesOf('checkGradients', tensors, inputs);
  if (leaves.length === 0) {
    throw new ConfigError('checkGradients', { expected: 'at least one input to move', got: 'none' });
  }
  checkVariables('checkGradients', leaves);
  const points = leaves.map((x) => cast(x, 'float64'));
  const onLists: OnLists = (...xs) => resultLeaves('checkGradients', f(...(rebuild(inputs, xs) as never[])));
  const generator = new Generator(seed);
  const outputs = onLists(...points);
  if (outputs.length === 0) {
    throw new ConfigError('checkGradients', { expected: 'at least one result to compare', got: 'none' });
  }
  const checks: GradientCheck[] = [];
  for (let direction = 0; direction < directions; direction++) {
    const value = { f: onLists, u: outputs.map((y) => randomLike(y, generator)) };
    const vs = points.map((x) => randomLike(x, generator));
    checks.push(...compare(tables, modes, points, value, vs, { order: 1, gradientOf: null, direction }));
    if (order === 1) continue;
    const ws = points.map((x) => randomLike(x, generator));
    for (const inner of modes) {
      for (const gradientOf of points.keys()) {
        const derivative = derivatives[inner](tables, value, gradientOf, vs[gradientOf] as Tensor);
        const of = { order: 2, gradientOf, direction, inner } as const;
        checks.push(...compare(tables, modes, points, derivative, ws, of));
      }
    }
  }
  return reportOf(checks, placesIn(inputs), tolerance);
}

function checkedModes(modes: readonly DerivativeMode[] = ['reverse', 'forward']): readonly DerivativeMode[] {
  const unknown = modes.find((mode) => mode !== 'reverse' && mode !== 'forward');
  if (modes.length > 0 && unknown === undefined) return modes;
  throw new ConfigError('checkGradients', {
    expected: `modes 'reverse', 'forward' or both`,
    got: unknown === undefined ? 'none' : String(unknown),
  });
}

/** For each tensor, the number of the input that it is in, and the way to it there. */
function placesIn(inputs: readonly Tree<Tensor>[]): string[] {
  return inputs.flatMap((input, i) => [...leavesByPlace(input).keys()].map((place) => `${i}${place}`));
}

type OnLists = (...inputs: Tensor[]) => readonly Tensor[];

/** The number <u, f(x)> as a function of x: what is differentiated. */
interface Functional {
  readonly f: OnLists;
  readonly u: readonly Tensor[];
}

/** The derivative of <u, f> by one input along v, in either mode, as such a functional itself. */
const derivatives: {
  readonly [mode in DerivativeMode]: (
    tables: DerivativeTables,
    value: Functional,
    input: number,
    v: Tensor,
  ) => Functional;
} = {
  reverse: ({ vjp }, { f, u }, input, v) => ({
    f: (...xs) => [vjpByRules(vjp, 'checkGradients', f, xs).pullback(u)[input] as Tensor],
    u: [v],
  }),
  forward: ({ jvp }, { f, u }, input, v) => ({
    f: (...xs) => jvpByRules(jvp, 'checkGradients', moving(f, xs, input), [xs[input] as Tensor], [v]).tangent,
    u,
  }),
};

/** Moves every input along its direction, and compares each mode with the difference quotient. */
function compare(
  tables: DerivativeTables,
  modes: readonly DerivativeMode[],
  points: readonly Tensor[],
  { f, u }: Functional,
  vs: readonly Tensor[],
  of: Pick<GradientCheck, 'order' | 'gradientOf' | 'direction'> & { readonly inner?: DerivativeMode },
): GradientCheck[] {
  const { inner: innerMode, ...where } = of;
  const cotangents = modes.includes('reverse')
    ? vjpByRules(tables.vjp, 'checkGradients', f, points).pullback(u)
    : [];
  return points.flatMap((point, input) => {
    const v = vs[input] as Tensor;
    const along = moving(f, points, input);
    const moved = (h: number): number => inner(u, along(add(point, mul(v, h))));
    const numeric = (moved(step) - moved(-step)) / (2 * step);
    return modes.map((outer): GradientCheck => {
      const analytic =
        outer === 'reverse'
          ? inner([cotangents[input] as Tensor], [v])
          : inner(u, jvpByRules(tables.jvp, 'checkGradients', along, [point], [v]).tangent);
      const error = Math.abs(analytic - numeric) / Math.max(1, Math.abs(analytic), Math.abs(numeric));
      const mode = innerMode === undefined ? outer : (`${outer} over ${innerMode}` as const);
      return { ...where, mode, input, analytic, numeric, error };
    });
  });
}

/** f as a function of one of its inputs. */
function moving(f: OnLists, points: readonly Tensor[], input: number): (x: Tensor) => readonly Tensor[] {
  return (x) => f(...points.with(input, x));
}

function randomLike(x: Tensor, generator: Generator): Tensor {
  return generator.normal(x.shape, { dtype: 'float64', backend: x.storage.backend });
}

/** <a, b>, over all of several tensors. */
function inner(a: readonly Tensor[], b: readonly Tensor[]): number {
  return a.reduce((total, x, i) => total + sum(mul(x, b[i] as Tensor)).item(), 0);
}
