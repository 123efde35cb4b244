import type { Dataset, StateDict } from '@renyi/nn';
import type { Transform } from '@renyi/nn/data';
import {
  type Backend,
  defaultBackend,
  FormatError,
  Generator,
  type GeneratorState,
  type Tensor,
} from '@renyi/tensor';
import { augmentationOf } from './augmentation.js';
import { epochBatches } from './batches.js';
import { Cohort, type Student } from './cohort.js';
import { compareRows } from './compare-rows.js';
import { parseConfig, studentConfig, type TrainingConfig, type TrainingOverrides } from './config.js';
import { type DataParts, dataParts } from './data-parts.js';
import { DivergedError } from './diverged-error.js';
import { type Evaluation, evaluation, reliabilities } from './evaluation.js';
import { newPerceptron, type StudentFactory } from './perceptron.js';
import { loadPretrained } from './pretrained.js';
import { atOnce, later, type Reading } from './reading.js';
import { isConstant, type Position, valueAt } from './schedule.js';
import type { Scaling } from './standardize.js';
import { addSteps, divideStep, noStep, type StudentStep } from './student-step.js';
import type {
  BestEvaluation,
  EpochReport,
  TestEvaluation,
  TrainingEvent,
  TrainingResult,
} from './training-events.js';
import { Group, mergeStates, partOf } from './training-group.js';
import type { TrainingState } from './training-state.js';

interface Batch {
  readonly inputs: Tensor;
  readonly labels: Tensor;
}

/** What a training may be given beside its configuration and data. */
export interface TrainingOptions {
  /** How students come to be: multi-layer perceptrons by default; `newStudent` of `@renyi/rdml/models` knows all others. */
  readonly newStudent?: StudentFactory;
  /** The test part of data that come with one; else it is split off. */
  readonly test?: Dataset;
  /** For student 0, 1, ... the weights of another training to start from; its last layer may have other classes. */
  readonly initialWeights?: readonly (StateDict | undefined)[];
}

/**
 * A cohort of multi-layer perceptrons, or of what `newStudent` makes, and, beside it, the same networks trained
 * independently: the same initial weights, the same batches, no mutual part. Everything random comes from
 * `config.seed`: the same configuration and data give the same bits, whether in one go or resumed from a state.
 *
 * The data is split, class by class, into a training, a validation (watched each epoch) and a test part (for the
 * result alone: nothing is chosen by it). Inputs beyond [-1, 1] are standardized by mean and deviation of the
 * training part, images for networks that take images by channel.
 */
export class Training {
  readonly config: TrainingConfig;
  readonly sizes: TrainingResult['sizes'];
  readonly parts: DataParts;
  readonly #cohort: Group;
  readonly #independent: Group | undefined;
  readonly #augment: Transform | undefined;
  #order: Generator;
  #epoch = 0;
  #batch = 0;
  #sums: readonly StudentStep[];
  #history: readonly EpochReport[] = [];
  #last: readonly TestEvaluation[] = [];

  /**
   * @throws ConfigError for an impossible configuration
   * @throws DomainError when the data has too few rows to split, or too few of a class to train on it
   * @throws FormatError for initial weights of another network
   */
  constructor(config: TrainingOverrides, dataset: Dataset, options: TrainingOptions = {}) {
    const { newStudent = newPerceptron, test: given, initialWeights = [] } = options;
    this.config = parseConfig(config);
    const { students, seed, perStudent } = this.config;
    const root = new Generator(seed);
    this.parts = dataParts(dataset, this.config, root, given);
    const { train, validation, test, scaling } = this.parts;
    this.#augment = augmentationOf(this.config.augment, dataset.shape, scaling);
    this.sizes = { train: train.size, validation: validation.size, test: test.size };
    this.#order = root.split();
    const generators = Array.from({ length: students }, () => root.split().state);
    const make = (k: number): Student => {
      const settings = studentConfig(this.config, k);
      const own = perStudent[k]?.seed;
      const generator =
        own === undefined ? Generator.fromState(generators[k] as GeneratorState) : new Generator(own);
      const student = newStudent(k, settings, generator, dataset);
      const initial = initialWeights[k];
      if (initial !== undefined) loadPretrained(student.module, initial);
      return { ...student, maxGradientNorm: settings.maxGradientNorm };
    };
    const numbers = generators.map((_, k) => k);
    this.#cohort = new Group([new Cohort(numbers.map(make), this.config)], false);
    const alone = (k: number): Cohort => new Cohort([make(k)], { ...this.config, links: 'none' });
    this.#independent = this.config.baseline ? new Group(numbers.map(alone), true) : undefined;
    this.#sums = this.#cohort.students.map(() => noStep);
  }

  /** What is done to the features before the networks see them. */
  get scaling(): Scaling | undefined {
    return this.parts.scaling;
  }

  /** Steps in each epoch. */
  get stepsPerEpoch(): number {
    return Math.ceil(this.parts.train.size / this.config.batchSize);
  }

  /** How many epochs are finished. */
  get epoch(): number {
    return this.#epoch;
  }

  /** How many steps are made. */
  get step(): number {
    return this.#epoch * this.stepsPerEpoch + this.#batch;
  }

  /** Where the students compute. */
  get backend(): Backend {
    const [first] = this.#cohort.modules[0]?.parameters() ?? [];
    return first?.detached.storage.backend ?? defaultBackend();
  }

  /** The reports of all finished epochs. */
  get history(): readonly EpochReport[] {
    return this.#history;
  }

  /**
   * Trains from where it is, and yields after every step and every epoch, so that the caller decides what happens in
   * between. After each of them the state is whole.
   * @throws DivergedError when a loss, a gradient or a new weight is not finite; the weights are those of the last good step
   * @throws BackendError where reads have to be awaited: see `runAsync`
   */
  *run(): IterableIterator<TrainingEvent, TrainingResult> {
    const work = this.#work();
    for (;;) {
      const next = work.next();
      if (next.done === true) return atOnce(next.value);
      yield atOnce(next.value);
    }
  }

  /** As `run`, with the same bits, on any backend: it waits where reads have to be awaited. @throws as `run` does */
  async *runAsync(): AsyncGenerator<TrainingEvent, TrainingResult, undefined> {
    const work = this.#work();
    for (;;) {
      const next = work.next();
      if (next.done === true) return later(next.value);
      yield await later(next.value);
    }
  }

  /** Every piece of work that ends with an event, and the last, which ends with the result. */
  *#work(): IterableIterator<Reading<TrainingEvent>, Reading<TrainingResult>> {
    const { epochs, batchSize } = this.config;
    const batches = this.stepsPerEpoch;
    while (this.#epoch < epochs) {
      // The order of a resumed epoch is drawn again; the generator itself moves on when the epoch is over.
      const generator = Generator.fromState(this.#order.state);
      const batchAt = epochBatches(this.parts.train, batchSize, generator, this.#augment);
      while (this.#batch < batches) {
        yield this.#makeStep(batchAt(this.#batch));
      }
      yield this.#finishEpoch(generator);
    }
    return this.#result();
  }

  *#makeStep({ inputs, labels }: Batch): Reading<TrainingEvent> {
    const { stepsPerEpoch } = this;
    const { epochs } = this.config;
    const position = { step: this.step, stepsPerEpoch, epochs };
    this.#cohort.setLearningRates(this.#learningRates(position));
    this.#independent?.setLearningRates(this.#learningRates(position));
    try {
      const reports = yield* this.#cohort.step(inputs, labels, position);
      this.#sums = this.#sums.map((sum, k) => addSteps(sum, reports[k] as StudentStep));
      if (this.#independent !== undefined) yield* this.#independent.step(inputs, labels, position);
    } catch (error) {
      throw error instanceof DivergedError
        ? new DivergedError(error.student, error.report, { ...error.details, step: this.step + 1 })
        : error;
    }
    this.#batch += 1;
    return { kind: 'step', step: this.step, steps: epochs * stepsPerEpoch };
  }

  *#finishEpoch(generator: Generator): Reading<TrainingEvent> {
    const { epochs, lastEpochs } = this.config;
    const first = { step: this.#epoch * this.stepsPerEpoch, stepsPerEpoch: this.stepsPerEpoch, epochs };
    const epoch = this.#epoch + 1;
    const { cohort: validation, independent } = yield* this.#evaluateOn(this.parts.validation);
    const last = epoch > epochs - lastEpochs ? [yield* this.#evaluateOn(this.parts.test)] : [];
    this.#cohort.keepBest(epoch, validation);
    if (this.#independent && independent) this.#independent.keepBest(epoch, independent);
    const report: EpochReport = {
      epoch,
      epochs,
      students: this.#sums.map((sum) => divideStep(sum, this.stepsPerEpoch)),
      validation,
      ...(independent && { independent }),
      settings: {
        alpha: valueAt(this.config.alpha, first),
        lambda: valueAt(this.config.lambda, first),
        temperature: valueAt(this.config.temperature, first),
        learningRates: this.#learningRates(first),
      },
    };
    this.#last = [...this.#last, ...last];
    this.#history = [...this.#history, report];
    this.#sums = this.#sums.map(() => noStep);
    this.#order = generator;
    this.#epoch = epoch;
    this.#batch = 0;
    return { kind: 'epoch', report };
  }

  #learningRates(position: Position): number[] {
    return this.#cohort.students.map((_, k) => valueAt(studentConfig(this.config, k).learningRate, position));
  }

  /** The order at which divergences are reported: the cohort's, or 1 where that changes, so that epochs compare. */
  #evaluate(group: Group, part: Dataset): Reading<Evaluation> {
    const { alpha } = this.config;
    return evaluation(group.modules, part, isConstant(alpha) ? alpha : 1);
  }

  *#evaluateOn(part: Dataset): Reading<TestEvaluation> {
    const cohort = yield* this.#evaluate(this.#cohort, part);
    return {
      cohort,
      ...(this.#independent && { independent: yield* this.#evaluate(this.#independent, part) }),
    };
  }

  *#bestOf(group: Group): Reading<BestEvaluation> {
    const test = yield* group.withBestWeights(() => this.#evaluate(group, this.parts.test));
    return { epoch: group.bestEpoch, test };
  }

  *#result(): Reading<TrainingResult> {
    const { test } = this.parts;
    const { cohort, independent } = this.#last.at(-1) ?? (yield* this.#evaluateOn(test));
    const alone = this.#independent;
    return {
      config: this.config,
      sizes: this.sizes,
      test: cohort,
      ...(independent && { independent }),
      last: this.#last,
      best: {
        cohort: yield* this.#bestOf(this.#cohort),
        ...(alone && { independent: yield* this.#bestOf(alone) }),
      },
      reliability: {
        cohort: yield* reliabilities(this.#cohort.modules, test),
        ...(alone && { independent: yield* reliabilities(alone.modules, test) }),
      },
      ...(alone && { comparison: yield* compareRows(this.#cohort.modules, alone.modules, test) }),
    };
  }

  /** The weights of the cohort's students as they are now. */
  weights(): readonly StateDict[] {
    return this.#cohort.weights();
  }

  /** The weights of the cohort's students after the epoch that was best on the validation part; as they are now before the first. */
  bestWeights(): readonly StateDict[] {
    return this.#cohort.bestWeights();
  }

  /** The weights of the independently trained students as they are now. */
  independentWeights(): readonly StateDict[] {
    return this.#independent?.weights() ?? [];
  }

  /** Everything needed to go on from here. Its tensors are those in use: they never change. */
  state(): TrainingState {
    return {
      tensors: mergeStates({
        cohort: this.#cohort.tensors(),
        ...(this.#independent && { independent: this.#independent.tensors() }),
      }),
      progress: {
        epoch: this.#epoch,
        batch: this.#batch,
        order: this.#order.state,
        sums: this.#sums,
        history: this.#history,
        last: this.#last,
        cohort: this.#cohort.state(),
        independent: this.#independent?.state() ?? null,
      },
    };
  }

  /**
   * Goes on from a state of a run with the same configuration and data.
   * @throws FormatError when the state is of another one
   */
  restore({ tensors, progress }: TrainingState): void {
    const { epochs } = this.config;
    const fits =
      progress.epoch <= epochs &&
      progress.batch <= this.stepsPerEpoch &&
      progress.sums.length === this.#sums.length &&
      (progress.independent === null) === (this.#independent === undefined);
    if (!fits) {
      throw new FormatError('Training.restore', {
        expected: `the state of a run of ${epochs} epochs of ${this.stepsPerEpoch} steps with ${this.#sums.length} students`,
        got: `epoch ${progress.epoch}, step ${progress.batch} of one with ${progress.sums.length} students`,
      });
    }
    this.#cohort.restore(partOf(tensors, 'cohort'), progress.cohort);
    if (progress.independent !== null) {
      this.#independent?.restore(partOf(tensors, 'independent'), progress.independent);
    }
    this.#order = Generator.fromState(progress.order);
    this.#epoch = progress.epoch;
    this.#batch = progress.batch;
    this.#sums = progress.sums;
    this.#history = progress.history;
    this.#last = progress.last;
  }
}
