import { Linear, type Module, ReLU, Sequential, SGD, Tanh } from '@renyi/nn';
import { Generator, type NestedArray, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Cohort, type CohortOptions } from './cohort.js';
import { excess, readGolden } from './golden.testing.js';

interface Trajectories {
  readonly X: NestedArray;
  readonly Y: NestedArray;
  readonly init: readonly Record<string, NestedArray>[];
  readonly runs: readonly Run[];
}

interface Run {
  readonly alpha: number;
  readonly order: 'jacobi' | 'gaussSeidel';
  readonly lam: number;
  readonly clip: number | null;
  readonly lr: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly steps: number;
  /** For each step and student. */
  readonly log: readonly (readonly { base: number; divergence: number; loss: number; gradNorm: number }[])[];
  /** For each student, its weights after the last step. */
  readonly final: readonly Record<string, NestedArray>[];
}

const golden = readGolden<Trajectories>('renyi/trajectories.json');
const inputs = tensor(golden.X, { dtype: 'float64' });
const labels = tensor(golden.Y, { dtype: 'int32' });
/** Values in the file are rounded to 17 digits; a dozen steps in another order of summation stay far below this. */
const tolerance = { absolute: 1e-10, relative: 1e-10 };

/** The three students of the file: 4-5-3 with tanh, 4-3, and 4-6-3 with relu. */
function architectures(): Module[] {
  const options = { generator: new Generator(0), dtype: 'float64' } as const;
  return [
    new Sequential(new Linear(4, 5, options), new Tanh(), new Linear(5, 3, options)),
    new Linear(4, 3, options),
    new Sequential(new Linear(4, 6, options), new ReLU(), new Linear(6, 3, options)),
  ];
}

function stateOf(weights: Record<string, NestedArray>) {
  return Object.fromEntries(
    Object.entries(weights).map(([name, values]) => [name, tensor(values, { dtype: 'float64' })]),
  );
}

function newCohort(run: Run, changes: Partial<CohortOptions> = {}): Cohort {
  const students = architectures().map((module, k) => {
    module.loadStateDict(stateOf(golden.init[k] as Record<string, NestedArray>));
    const { lr: learningRate, momentum, nesterov, weightDecay } = run;
    const optimizer = new SGD(module.parameters(), { learningRate, momentum, nesterov, weightDecay });
    return { module, optimizer };
  });
  const limit = run.clip === null ? {} : { maxGradientNorm: run.clip };
  return new Cohort(students, { alpha: run.alpha, lambda: run.lam, order: run.order, ...limit, ...changes });
}

/** How far a cohort strays from a run of the file, in units of the tolerance. */
function deviation(cohort: Cohort, run: Run): number {
  let worst = 0;
  const compare = (actual: ArrayLike<number>, expected: ArrayLike<number>): void => {
    worst = Math.max(worst, excess(actual, expected, tolerance));
  };
  for (const expected of run.log) {
    for (const [k, student] of cohort.step(inputs, labels).entries()) {
      const { base, divergence, loss, gradNorm } = expected[k] as (typeof expected)[number];
      compare(
        [student.baseLoss, student.mutualLoss, student.loss, student.gradientNorm],
        [base, divergence, loss, gradNorm],
      );
    }
  }
  for (const [k, { module }] of cohort.students.entries()) {
    const expected = stateOf(run.final[k] as Record<string, NestedArray>);
    for (const [name, value] of Object.entries(module.stateDict())) {
      compare(value.dataSync(), expected[name]?.dataSync() ?? []);
    }
  }
  return worst;
}

describe('three mixed students follow the golden trajectories', () => {
  for (const run of golden.runs) {
    const clip = run.clip === null ? '' : `, clipped at ${run.clip}`;
    it(`alpha ${run.alpha}, lambda ${run.lam}, ${run.order}${clip}`, () => {
      expect(run.log).toHaveLength(run.steps);
      expect(deviation(newCohort(run), run)).toBeLessThanOrEqual(1);
    });
  }

  it('would notice another order of updates, a lambda off by 1e-6, a wrong alpha, or a clip that is not there', () => {
    const [run] = golden.runs as [Run];
    expect(deviation(newCohort(run, { order: 'gaussSeidel' }), run)).toBeGreaterThan(1);
    expect(deviation(newCohort(run, { lambda: run.lam * (1 + 1e-6) }), run)).toBeGreaterThan(1);
    expect(deviation(newCohort(run, { alpha: run.alpha + 1e-6 }), run)).toBeGreaterThan(1);
    expect(deviation(newCohort(run, { maxGradientNorm: 0.5 }), run)).toBeGreaterThan(1);
  });
});
