import { Cohort } from '@renyi/rdml';
import type { Program } from '../adapter-contract.js';
import type { GoldenCase, GoldenNumber, GoldenTensor } from '../format.js';
import { toTensor } from '../tensors.js';
import { Perceptron } from './models.js';
import { makeOptimizer } from './optimizers.js';
import { batchAt, comparedState, readState } from './train.js';

interface CohortCase extends GoldenCase {
  readonly attrs: {
    readonly alpha: number;
    readonly batch: number;
    readonly steps: number;
    /** One optimizer with its settings, under its name. */
    readonly optimizer: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  readonly x: GoldenTensor;
  readonly y: GoldenTensor;
  /** For each student. */
  readonly state0: readonly Readonly<Record<string, GoldenTensor>>[];
  readonly state_end: readonly Readonly<Record<string, GoldenTensor>>[];
  /** For each step and student. */
  readonly loss_at_step: readonly (readonly GoldenNumber[])[];
}

/** A cohort in which all predict before any learns. */
export const trainRdml: Program = async (golden, reading) => {
  const { attrs, x, y, state0, loss_at_step, state_end } = golden as unknown as CohortCase;
  const [inputs, labels] = [toTensor(reading.dec(x)), toTensor(reading.dec(y))];
  const [[name, options]] = Object.entries(attrs.optimizer) as [[string, Readonly<Record<string, unknown>>]];
  const students = state0.map((weights) => {
    const state = readState(weights, reading);
    const module = new Perceptron(state);
    module.loadStateDict(state);
    return { module, optimizer: makeOptimizer(name, module.parameters(), options) };
  });
  const cohort = new Cohort(students, { alpha: attrs.alpha, order: 'jacobi' });
  const losses: number[] = [];
  for (let step = 0; step < attrs.steps; step++) {
    const results = cohort.step(batchAt(inputs, step, attrs.batch), batchAt(labels, step, attrs.batch));
    losses.push(...results.map(({ loss }) => loss));
  }
  const states = await Promise.all(
    students.map(({ module }, k) => comparedState(module, state_end[k] ?? {}, `student ${k}: `)),
  );
  return [{ name: 'losses', got: losses, want: loss_at_step.flat() }, ...states.flat()];
};
