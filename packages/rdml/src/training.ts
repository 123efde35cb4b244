import { type Dataset, mlp, type Module, SGD, type StateDict, stratifiedSplit } from '@renyi/nn';
import { DomainError, Generator, type GeneratorState, type Tensor } from '@renyi/tensor';
import { Cohort, DivergedError, type StudentStep } from './cohort.js';
import { parseConfig, type TrainingConfig, type TrainingOverrides } from './config.js';
import { type Evaluation, evaluate } from './evaluation.js';
import { standardize } from './standardize.js';

export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** For each student the mean over the steps of the epoch. */
  readonly students: readonly StudentStep[];
  /** The cohort on the validation part. */
  readonly validation: Evaluation;
  /** The same students trained independently, on the validation part. */
  readonly independent: Evaluation;
}

export type TrainingEvent =
  | { readonly kind: 'step'; readonly step: number; readonly steps: number }
  | { readonly kind: 'epoch'; readonly report: EpochReport };

export interface TrainingResult {
  readonly config: TrainingConfig;
  /** Rows in each part. */
  readonly sizes: { readonly train: number; readonly validation: number; readonly test: number };
  /** The cohort on the test part. */
  readonly test: Evaluation;
  /** The same students trained independently, on the test part. */
  readonly independent: Evaluation;
}

/**
 * A cohort of multi-layer perceptrons and, beside it, the same networks trained independently: the same initial
 * weights, the same batches, no mutual part. Everything random comes from `config.seed`: the same configuration
 * and data give the same bits.
 *
 * The data is split, class by class, into a training, a validation (watched each epoch) and a test part (used
 * once, at the end). Inputs beyond [-1, 1] are standardized by mean and deviation of the training part.
 */
export class Training {
  readonly config: TrainingConfig;
  readonly #train: Dataset;
  readonly #validation: Dataset;
  readonly #test: Dataset;
  readonly #cohort: Cohort;
  readonly #independent: readonly Cohort[];
  readonly #order: Generator;

  /**
   * @throws ConfigError for an impossible configuration
   * @throws DomainError when the data has too few rows to split, or too few of a class to train on it
   */
  constructor(config: TrainingOverrides, dataset: Dataset) {
    this.config = parseConfig(config);
    const root = new Generator(this.config.seed);
    const fractions = [this.config.testFraction, this.config.validationFraction];
    const parts = stratifiedSplit(dataset, fractions, root.split()) as [Dataset, Dataset, Dataset];
    checkClasses(dataset, parts[2]);
    [this.#test, this.#validation, this.#train] = standardize(parts, parts[2]);
    this.#order = root.split();
    const seeds = Array.from({ length: this.config.students }, () => root.split().state);
    const newStudent = (k: number) =>
      this.#newStudent(Generator.fromState(seeds[k] as GeneratorState), dataset);
    this.#cohort = new Cohort(
      seeds.map((_, k) => newStudent(k)),
      this.config,
    );
    this.#independent = seeds.map((_, k) => new Cohort([newStudent(k)], this.config));
  }

  #newStudent(generator: Generator, { features, classes }: Dataset): { module: Module; optimizer: SGD } {
    const { hidden, learningRate, momentum, weightDecay } = this.config;
    const module = mlp([features, ...hidden, classes], { generator });
    const options = { learningRate, momentum, nesterov: momentum > 0, weightDecay };
    return { module, optimizer: new SGD(module.parameters(), options) };
  }

  /**
   * Trains, and yields after every step and every epoch, so that the caller decides what happens in between.
   * @throws DivergedError when a loss, a gradient or a new weight is not finite; the weights are those of the last good step
   */
  *run(): IterableIterator<TrainingEvent, TrainingResult> {
    const { epochs, batchSize, alpha } = this.config;
    const batches = Math.ceil(this.#train.size / batchSize);
    const steps = epochs * batches;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const order = this.#order.permutation(this.#train.size);
      const reports: StudentStep[][] = [];
      for (let batch = 0; batch < batches; batch++) {
        const { inputs, labels } = this.#train.batch(
          order.subarray(batch * batchSize, (batch + 1) * batchSize),
        );
        reports.push(this.#cohort.step(inputs, labels));
        for (const [k, alone] of this.#independent.entries()) stepAlone(k, alone, inputs, labels);
        yield { kind: 'step', step: (epoch - 1) * batches + batch + 1, steps };
      }
      const report: EpochReport = {
        epoch,
        epochs,
        students: this.#cohort.students.map((_, k) =>
          meanStep(reports.map((step) => step[k] as StudentStep)),
        ),
        validation: evaluate(modulesOf([this.#cohort]), this.#validation, alpha),
        independent: evaluate(modulesOf(this.#independent), this.#validation, alpha),
      };
      yield { kind: 'epoch', report };
    }
    return {
      config: this.config,
      sizes: { train: this.#train.size, validation: this.#validation.size, test: this.#test.size },
      test: evaluate(modulesOf([this.#cohort]), this.#test, alpha),
      independent: evaluate(modulesOf(this.#independent), this.#test, alpha),
    };
  }

  /** The weights of the cohort's students as they are now. */
  weights(): readonly StateDict[] {
    return modulesOf([this.#cohort]).map((module) => module.stateDict());
  }

  /** The weights of the independently trained students as they are now. */
  independentWeights(): readonly StateDict[] {
    return modulesOf(this.#independent).map((module) => module.stateDict());
  }
}

/** @throws DomainError for a class that the data has and its training part has not: no network would ever see it */
function checkClasses(dataset: Dataset, train: Dataset): void {
  const seen = new Set(train.labels);
  const unseen = dataset.labels.find((label) => !seen.has(label));
  if (unseen === undefined) return;
  throw new DomainError('Training', {
    expected: 'rows of every class in the training part',
    got: `none of class ${unseen}`,
    difference: `${dataset.labels.filter((label) => label === unseen).length} of ${dataset.size} rows of ${dataset.name} have it`,
    remedy: 'Add rows of that class, or lower the fractions that are held back',
  });
}

/** A step of independent student k, which its cohort of one knows as student 0. */
function stepAlone(k: number, alone: Cohort, inputs: Tensor, labels: Tensor): void {
  try {
    alone.step(inputs, labels);
  } catch (error) {
    throw error instanceof DivergedError ? new DivergedError(k, error.report, true) : error;
  }
}

function modulesOf(cohorts: readonly Cohort[]): Module[] {
  return cohorts.flatMap((cohort) => cohort.students.map((student) => student.module));
}

function meanStep(steps: readonly StudentStep[]): StudentStep {
  const average = (key: keyof StudentStep): number =>
    steps.reduce((total, step) => total + step[key], 0) / steps.length;
  return {
    baseLoss: average('baseLoss'),
    mutualLoss: average('mutualLoss'),
    loss: average('loss'),
    gradientNorm: average('gradientNorm'),
  };
}
