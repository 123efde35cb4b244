import { loadRandomState, type Module, type OptimizerState, randomState, type StateDict } from '@renyi/nn';
import { FormatError, type GeneratorState, referenceBackend, type Tensor, tensor } from '@renyi/tensor';
import type { Cohort, Student } from './cohort.js';
import { DivergedError } from './diverged-error.js';
import type { Evaluation } from './evaluation.js';
import type { Reading } from './reading.js';
import type { Position } from './schedule.js';
import type { StudentStep } from './student-step.js';

/** What a group remembers beside tensors; plain data. */
export interface GroupState {
  /** The epoch that was best on the validation part; 0 before there is one. */
  readonly bestEpoch: number;
  readonly bestAccuracy: number;
  readonly bestNll: number;
  /** Where the generators of each student's modules are, those of dropout for example, by the modules' names. */
  readonly random: readonly Readonly<Record<string, GeneratorState>>[];
}

/** Students that are trained side by side, in one cohort or in one each, and the weights of their best epoch. */
export class Group {
  readonly students: readonly Student[];
  readonly modules: readonly Module[];
  readonly #cohorts: readonly Cohort[];
  #best: readonly StateDict[];
  #state: Omit<GroupState, 'random'> = { bestEpoch: 0, bestAccuracy: -1, bestNll: Number.POSITIVE_INFINITY };

  /** @param isIndependent whether each student is a cohort of its own, for comparison */
  constructor(
    cohorts: readonly Cohort[],
    readonly isIndependent: boolean,
  ) {
    this.#cohorts = cohorts;
    this.students = cohorts.flatMap((cohort) => cohort.students);
    this.modules = this.students.map(({ module }) => module);
    this.#best = this.weights();
  }

  get bestEpoch(): number {
    return this.#state.bestEpoch;
  }

  setLearningRates(rates: readonly number[]): void {
    for (const [k, { optimizer }] of this.students.entries()) optimizer.setLearningRate(rates[k] as number);
  }

  /** @throws DivergedError naming the student by its number in the group */
  *step(inputs: Tensor, labels: Tensor, position: Position): Reading<StudentStep[]> {
    const steps: StudentStep[] = [];
    for (const [k, cohort] of this.#cohorts.entries()) {
      try {
        steps.push(...(yield* cohort.learning(inputs, labels, position)));
      } catch (error) {
        if (!(this.isIndependent && error instanceof DivergedError)) throw error;
        throw new DivergedError(k, error.report, { ...error.details, isIndependent: true });
      }
    }
    return steps;
  }

  /** Keeps the weights if the mean validation accuracy of the students is the highest so far, or as high with a lower NLL. */
  keepBest(epoch: number, { students }: Evaluation): void {
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const accuracy = mean(students.map((student) => student.accuracy));
    const nll = mean(students.map((student) => student.nll));
    const { bestAccuracy, bestNll } = this.#state;
    if (accuracy < bestAccuracy || (accuracy === bestAccuracy && nll >= bestNll)) return;
    this.#best = this.weights();
    this.#state = { bestEpoch: epoch, bestAccuracy: accuracy, bestNll: nll };
  }

  weights(): readonly StateDict[] {
    return this.modules.map((module) => module.stateDict());
  }

  bestWeights(): readonly StateDict[] {
    return this.#best;
  }

  /** Runs `f` with the weights of the best epoch in the modules. */
  *withBestWeights<R>(f: () => Reading<R>): Reading<R> {
    const now = this.weights();
    this.#load(this.#best);
    try {
      return yield* f();
    } finally {
      this.#load(now);
    }
  }

  #load(states: readonly StateDict[]): void {
    for (const [k, module] of this.modules.entries()) module.loadStateDict(states[k] as StateDict);
  }

  #loadRandom(states: GroupState['random']): void {
    for (const [k, module] of this.modules.entries()) loadRandomState(module, states[k] ?? {});
  }

  state(): GroupState {
    return { ...this.#state, random: this.modules.map(randomState) };
  }

  tensors(): StateDict {
    const each = (states: readonly StateDict[]): Record<string, StateDict> =>
      Object.fromEntries(states.map((state, k) => [String(k), state]));
    return mergeStates({
      module: mergeStates(each(this.weights())),
      optimizer: mergeStates(each(this.students.map(({ optimizer }) => tensorsOf(optimizer.stateDict())))),
      best: mergeStates(each(this.#best)),
    });
  }

  /** @throws FormatError for the state of other students, and nothing is changed */
  restore(tensors: StateDict, state: GroupState): void {
    const before = this.weights();
    const drawn = this.modules.map(randomState);
    const part = (name: string, k: number): StateDict => partOf(partOf(tensors, name), String(k));
    try {
      const best = this.students.map((_, k) => part('best', k));
      // Loading the best weights first checks that they fit.
      this.#load(best);
      this.#load(this.students.map((_, k) => part('module', k)));
      for (const [k, { optimizer }] of this.students.entries())
        optimizer.loadStateDict(optimizerStateOf(part('optimizer', k)));
      const { random, ...rest } = state;
      this.#loadRandom(random);
      this.#best = best;
      this.#state = rest;
    } catch (cause) {
      this.#load(before);
      this.#loadRandom(drawn);
      throw new FormatError(
        'Training.restore',
        {
          expected: 'the weights and optimizer state of these students',
          got: cause instanceof Error ? cause.message : String(cause),
        },
        { cause },
      );
    }
  }
}

const stepsName = 'steps';

/** The state of an optimizer as tensors alone, its number of steps among them. */
function tensorsOf({ steps, tensors }: OptimizerState): StateDict {
  return { ...tensors, [stepsName]: tensor(steps, { dtype: 'float64', backend: referenceBackend }) };
}

function optimizerStateOf({ [stepsName]: steps, ...tensors }: StateDict): OptimizerState {
  return { steps: steps?.item() ?? 0, tensors };
}

/** State dicts as one, each name with the name of its part and a dot in front. */
export function mergeStates(parts: Readonly<Record<string, StateDict>>): StateDict {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, state]) =>
      Object.entries(state).map(([name, value]) => [`${part}.${name}`, value] as const),
    ),
  );
}

/** One of the parts that `mergeStates` put together. */
export function partOf(merged: StateDict, part: string): StateDict {
  const prefix = `${part}.`;
  return Object.fromEntries(
    Object.entries(merged)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
