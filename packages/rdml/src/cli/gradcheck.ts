import { checkGradients } from '@renyi/autodiff';
import { mlp, type Module, SGD } from '@renyi/nn';
import { add, crossEntropy, full, Generator, mean, mul, sum, tensor, type Tensor } from '@renyi/tensor';
import { Cohort, renyiDivergence } from '../index.js';
import { styleFor, wantsColor } from './color.js';
import { FoundError } from './exit-codes.js';
import { numberText } from './schedule-text.js';
import type { OutputOptions, Surroundings } from './train.js';

/** One thing that was checked. */
interface Check {
  readonly what: string;
  readonly comparisons: number;
  readonly largestError: number;
  readonly tolerance: number;
}

/** From the limits inwards, on both sides of 1 and at it. */
const orders = [0, 0.01, 0.5, 0.999, 1, 1.001, 1.5, 2, 5, 20, Number.POSITIVE_INFINITY];

/**
 * `rdml gradcheck`: compares the derivatives of the divergence, of first and second order, and the gradient by which a
 * cohort moves its students, with central differences in float64.
 * @throws FoundError when they do not agree
 */
export function gradcheck(options: OutputOptions, { stdout }: Surroundings): void {
  const checks = [
    ...orders.map(checkDivergence),
    ...[0.5, 1, 2].flatMap((alpha) =>
      (['jacobi', 'gaussSeidel'] as const).map((order) => checkStep(alpha, order)),
    ),
  ];
  const failures = checks.filter(({ largestError, tolerance }) => !(largestError <= tolerance));
  if (options.json) stdout.write(`${JSON.stringify({ isRight: failures.length === 0, checks })}\n`);
  else {
    const { bold } = styleFor(wantsColor(stdout, process.env, options.color));
    const lines = checks.map(({ what, comparisons, largestError, tolerance }) => {
      const mark = largestError <= tolerance ? 'ok' : 'WRONG';
      return `${what.padEnd(40)}${String(comparisons).padStart(12)}${largestError.toExponential(1).padStart(16)}  ${mark}`;
    });
    stdout.write(`${[bold(`${''.padEnd(40)}comparisons   largest error`), ...lines].join('\n')}\n`);
  }
  if (failures.length === 0) return;
  throw new FoundError(
    `expected derivatives that agree with differences; got others for ${failures.map(({ what }) => what).join(' and ')}`,
  );
}

/** Derivatives for both logits, and for the order where it lies inside its range. */
function checkDivergence(alpha: number): Check {
  const generator = new Generator(4);
  const logits = (): Tensor => generator.normal([3, 5], { dtype: 'float64' });
  const [p, q] = [logits(), logits()];
  const isInside = alpha > 0 && Number.isFinite(alpha);
  const report = isInside
    ? checkGradients((x, y, a) => renyiDivergence(x, y, a), [p, q, full([], alpha, { dtype: 'float64' })])
    : checkGradients((x, y) => renyiDivergence(x, y, alpha), [p, q]);
  return {
    what: `divergence, alpha ${numberText(alpha)}, order 1 and 2`,
    comparisons: report.checks.length,
    largestError: report.checks.reduce((most, { error }) => (error <= most ? most : error), 0),
    tolerance: report.tolerance,
  };
}

/** As for `checkGradients`: room for third derivatives and values of up to some thousand. */
const step = Math.cbrt(Number.EPSILON);
const tolerance = 2000 * step * step;

/** The weight of the mutual part; any will do. */
const lambda = 0.7;

/**
 * With plain gradient descent at rate 1 a student moves by minus its gradient: that of its own loss alone, its peers'
 * predictions being constants. So each student's movement along a random direction is compared with the difference
 * quotient of its loss.
 * @param assumed the weight of the mutual part in that loss: another than the true one is found out
 */
export function checkStep(alpha: number, order: 'jacobi' | 'gaussSeidel', assumed: number = lambda): Check {
  const generator = new Generator(5);
  const students = Array.from({ length: 3 }, () => {
    const module = mlp([4, 6, 3], { generator, dtype: 'float64' });
    return { module, optimizer: new SGD(module.parameters(), { learningRate: 1 }) };
  });
  const inputs = generator.normal([8, 4], { dtype: 'float64' });
  const labels = tensor(Int32Array.from({ length: 8 }, (_, row) => row % 3));
  const before = students.map(({ module }) => valuesOf(module));
  const logits = students.map(({ module }) => module.forward(inputs));
  new Cohort(students, { alpha, lambda, order }).step(inputs, labels);
  const after = students.map(({ module }) => valuesOf(module));
  // What each student saw of the others: before the step, or, one after the other, of those before it after it.
  const seen = students.map(({ module }) => module.forward(inputs));
  const peersOf = (k: number): Tensor[] =>
    students.flatMap((_, j) =>
      j === k ? [] : [(order === 'gaussSeidel' && j < k ? seen : logits)[j] as Tensor],
    );
  let [comparisons, largestError] = [0, 0];
  for (const [k, { module }] of students.entries()) {
    const loss = (): number => {
      const own = module.forward(inputs);
      const mutual = peersOf(k).map((peer) => mean(renyiDivergence(peer, own, alpha)));
      return add(
        crossEntropy(own, labels),
        mul(
          mutual.reduce((a, b) => add(a, b)),
          assumed / mutual.length,
        ),
      ).item();
    };
    for (let direction = 0; direction < 4; direction++) {
      const along = (before[k] as Tensor[]).map((value) =>
        generator.normal(value.shape, { dtype: 'float64' }),
      );
      const lossAt = (h: number): number => {
        setValues(
          module,
          (before[k] as Tensor[]).map((value, i) => add(value, mul(along[i] as Tensor, h))),
        );
        return loss();
      };
      const numeric = (lossAt(step) - lossAt(-step)) / (2 * step);
      const analytic = -along.reduce((total, v, i) => {
        const moved = ((after[k] as Tensor[])[i] as Tensor).sub((before[k] as Tensor[])[i] as Tensor);
        return total + sum(mul(v, moved)).item();
      }, 0);
      const error = Math.abs(analytic - numeric) / Math.max(1, Math.abs(analytic), Math.abs(numeric));
      if (!(error <= largestError)) largestError = error;
      comparisons += 1;
    }
    setValues(module, after[k] as Tensor[]);
  }
  return { what: `cohort step, alpha ${alpha}, ${order}`, comparisons, largestError, tolerance };
}

function valuesOf(module: Module): Tensor[] {
  return module.parameters().map(({ value }) => value);
}

function setValues(module: Module, values: readonly Tensor[]): void {
  for (const [i, parameter] of module.parameters().entries()) parameter.value = values[i] as Tensor;
}
