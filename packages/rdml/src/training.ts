import type { Dataset, StateDict } from '@renyi/nn';
import { FormatError, Generator, type GeneratorState, type Tensor } from '@renyi/tensor';
import { Cohort, type Student } from './cohort.js';
import { compareRows } from './compare-rows.js';
import { parseConfig, studentConfig, type TrainingConfig, type TrainingOverrides } from './config.js';
import { type DataParts, dataParts } from './data-parts.js';
import { DivergedError } from './diverged-error.js';
import { type Evaluation, evaluate, reliability } from './evaluation.js';
import { newPerceptron, type StudentFactory } from './perceptron.js';
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

/**
 * A cohort of multi-layer perceptrons, or of what `newStudent` makes, and, beside it, the same networks trained
 * independently: the same initial weights, the same batches, no mutual part. Everything random comes from
 * `config.seed`: the same configuration and data give the same bits, whether in one go or resumed from a state.
 *
 * The data is split, class by class, into a training, a validation (watched each epoch) and a test part (for the
 * result alone: nothing is chosen by it). Inputs beyond [-1, 1] are standardized by mean and deviation of the
 * training part.
 */
export class Training {
  readonly config: TrainingConfig;
  readonly sizes: TrainingResult['sizes'];
  readonly parts: DataParts;
  readonly #cohort: Group;
  readonly #independent: Group | undefined;
  #order: Generator;
  #epoch = 0;
  #batch = 0;
  #sums: readonly StudentStep[];
  #history: readonly EpochReport[] = [];
  #last: readonly TestEvaluation[] = [];

  /**
   * @throws ConfigError for an impossible configuration
   * @throws DomainError when the data has too few rows to split, or too few of a class to train on it
   */
  constructor(config: TrainingOverrides, dataset: Dataset, newStudent: StudentFactory = newPerceptron) {
    this.config = parseConfig(config);
    const { students, seed, perStudent } = this.config;
    const root = new Generator(seed);
    this.parts = dataParts(dataset, this.config, root.split());
    const { train, validation, test } = this.parts;
    this.sizes = { train: train.size, validation: validation.size, test: test.size };
    this.#order = root.split();
    const generators = Array.from({ length: students }, () => root.split().state);
    const make = (k: number): Student => {
      const settings = studentConfig(this.config, k);
      const own = perStudent[k]?.seed;
      const generator =
        own === undefined ? Generator.fromState(generators[k] as GeneratorState) : new Generator(own);
      return { ...newStudent(k, settings, generator, dataset), maxGradientNorm: settings.maxGradientNorm };
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

  /** The reports of all finished epochs. */
  get history(): readonly EpochReport[] {
    return this.#history;
  }

  /**
   * Trains from where it is, and yields after every step and every epoch, so that the caller decides what happens in
   * between. After each of them the state is whole.
   * @throws DivergedError when a loss, a gradient or a new weight is not finite; the weights are those of the last good step
   */
  *run(): IterableIterator<TrainingEvent, TrainingResult> {
    const { epochs, batchSize } = this.config;
    const batches = this.stepsPerEpoch;
    while (this.#epoch < epochs) {
      // The order of a resumed epoch is drawn again; the generator itself moves on when the epoch is over.
      const generator = Generator.fromState(this.#order.state);
      const order = generator.permutation(this.parts.train.size);
      while (this.#batch < batches) {
        const rows = order.subarray(this.#batch * batchSize, (this.#batch + 1) * batchSize);
        this.#makeStep(this.parts.train.batch(rows));
        yield { kind: 'step', step: this.step, steps: epochs * batches };
      }
      const report = this.#finishEpoch(generator);
      yield { kind: 'epoch', report };
    }
    return this.#result();
  }

  #makeStep({ inputs, labels }: { readonly inputs: Tensor; readonly labels: Tensor }): void {
    const position = { step: this.step, stepsPerEpoch: this.stepsPerEpoch, epochs: this.config.epochs };
    this.#cohort.setLearningRates(this.#learningRates(position));
    this.#independent?.setLearningRates(this.#learningRates(position));
    try {
      const reports = this.#cohort.step(inputs, labels, position);
      this.#sums = this.#sums.map((sum, k) => addSteps(sum, reports[k] as StudentStep));
      this.#independent?.step(inputs, labels, position);
    } catch (error) {
      throw error instanceof DivergedError
        ? new DivergedError(error.student, error.report, { ...error.details, step: this.step + 1 })
        : error;
    }
    this.#batch += 1;
  }

  #finishEpoch(generator: Generator): EpochReport {
    const { epochs, lastEpochs } = this.config;
    const first = { step: this.#epoch * this.stepsPerEpoch, stepsPerEpoch: this.stepsPerEpoch, epochs };
    const epoch = this.#epoch + 1;
    const validation = this.#evaluate(this.#cohort, this.parts.validation);
    const independent = this.#independent && this.#evaluate(this.#independent, this.parts.validation);
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
    if (epoch > epochs - lastEpochs) this.#last = [...this.#last, this.#testNow()];
    this.#history = [...this.#history, report];
    this.#sums = this.#sums.map(() => noStep);
    this.#order = generator;
    this.#epoch = epoch;
    this.#batch = 0;
    return report;
  }

  #learningRates(position: Position): number[] {
    return this.#cohort.students.map((_, k) => valueAt(studentConfig(this.config, k).learningRate, position));
  }

  /** The order at which divergences are reported: the cohort's, or 1 where that changes, so that epochs compare. */
  #evaluate(group: Group, part: Dataset): Evaluation {
    const { alpha } = this.config;
    return evaluate(group.modules, part, isConstant(alpha) ? alpha : 1);
  }

  #testNow(): TestEvaluation {
    return {
      cohort: this.#evaluate(this.#cohort, this.parts.test),
      ...(this.#independent && { independent: this.#evaluate(this.#independent, this.parts.test) }),
    };
  }

  #result(): TrainingResult {
    const { cohort, independent } = this.#last.at(-1) ?? this.#testNow();
    const bestOf = (group: Group): BestEvaluation => ({
      epoch: group.bestEpoch,
      test: group.withBestWeights(() => this.#evaluate(group, this.parts.test)),
    });
    const alone = this.#independent;
    return {
      config: this.config,
      sizes: this.sizes,
      test: cohort,
      ...(independent && { independent }),
      last: this.#last,
      best: { cohort: bestOf(this.#cohort), ...(alone && { independent: bestOf(alone) }) },
      reliability: {
        cohort: reliability(this.#cohort.modules, this.parts.test),
        ...(alone && { independent: reliability(alone.modules, this.parts.test) }),
      },
      ...(alone && { comparison: compareRows(this.#cohort.modules, alone.modules, this.parts.test) }),
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
