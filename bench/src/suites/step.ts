import { mlp, SGD } from '@renyi/nn';
import { Cohort } from '@renyi/rdml';
import { type DType, Generator, tensor, type Tensor } from '@renyi/tensor';
import type { Contender } from '../contender.js';
import type { Suite } from './suite.js';

const widths = [64, 128, 10];
const batch = 64;

function cohortOf(students: number, dtype: DType): Cohort {
  const members = Array.from({ length: students }, (_, k) => {
    const module = mlp(widths, { generator: new Generator(k), dtype });
    // So small a rate leaves the students, and with them the work of a step, as they are for thousands of steps.
    const optimizer = new SGD(module.parameters(), {
      learningRate: 1e-5,
      momentum: 0.9,
      nesterov: true,
      weightDecay: 5e-4,
    });
    return { module, optimizer };
  });
  return new Cohort(members, { alpha: 1.5 });
}

function batchOf(dtype: DType): { inputs: Tensor; labels: Tensor } {
  const inputs = new Generator(100).normal([batch, widths[0] as number], { dtype });
  const classes = widths[widths.length - 1] as number;
  return { inputs, labels: tensor(Int32Array.from({ length: batch }, (_, i) => i % classes)) };
}

function firstLosses(cohort: Cohort, { inputs, labels }: { inputs: Tensor; labels: Tensor }): number[] {
  return cohort.step(inputs, labels).map(({ loss }) => loss);
}

function contender(students: number): Contender {
  return {
    name: students === 1 ? 'K = 1 student' : `K = ${students} students`,
    prepare: () => {
      const data = batchOf('float32');
      const cohort = cohortOf(students, 'float32');
      // Each step starts from where the one before ended, so that only the first can be held against another run.
      const losses = firstLosses(cohort, data);
      return { run: () => void cohort.step(data.inputs, data.labels), values: () => [losses] };
    },
    // The same weights and inputs to 24 binary digits, in float64.
    expected: [firstLosses(cohortOf(students, 'float64'), batchOf('float64'))],
  };
}

/** A training step of Rényi deep mutual learning: each student's forward and backward pass and its update. */
export const step: Suite = {
  summary: `one RDML step on the networks ${widths.join('-')}, batch ${batch}`,
  *groups() {
    yield {
      name: 'Jacobi order, alpha 1.5, SGD with Nesterov momentum and weight decay; losses of the first step checked',
      unit: 'ms',
      operations: 1,
      // The inner products have at most 128 terms, each rounded to 2^-24; softmax and logarithm add a few more.
      tolerance: 128 * 2 ** -24,
      contenders: [1, 2, 4].map(contender),
    };
  },
};
