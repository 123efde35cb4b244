import { ConfigError } from '@renyi/tensor';
import { updateOrders } from './cohort.js';
import { lambdaModes } from './coupled-divergence.js';
import {
  checkObject,
  checkSettings,
  count,
  fraction,
  isIn,
  numeric,
  oneOf,
  refuse,
  type Rule,
  scheduled,
  width,
} from './config-rules.js';
import { completeLinks, ranges, type Topology, topologies } from './links.js';
import {
  type Augmentation,
  augmentRule,
  inputOf,
  type ModelSetting,
  modelOf,
  modelRule,
  type TextSetting,
  textRule,
} from './model-setting.js';
import { checkSchedule, isConstant, type Schedule } from './schedule.js';

/** The rules by which gradients move weights. */
export const optimizers = ['nesterov', 'sgd', 'adam', 'adamw'] as const;

/** Everything that a training run is decided by: plain data, stored with the run. */
export interface TrainingConfig {
  /** Seed of the split, the initial weights and the order of the batches. */
  readonly seed: number;
  /** K, how many networks train together. */
  readonly students: number;
  /** What kind of network each student is. */
  readonly model: ModelSetting;
  /** Widths of the hidden layers of multi-layer perceptrons. */
  readonly hidden: readonly number[];
  /** Rényi order, from 0 to Infinity. */
  readonly alpha: Schedule;
  /** Weight of the mutual part. */
  readonly lambda: Schedule;
  /** Whether lambda is the weight, or lambda over alpha is, which compares orders at equal strength. */
  readonly lambdaMode: (typeof lambdaModes)[number];
  /** What logits are divided by before they are compared. */
  readonly temperature: Schedule;
  /** Who learns from whom. */
  readonly links: Topology;
  /** Whether all students learn from the predictions at the start of a step, or each from the newest ones. */
  readonly order: (typeof updateOrders)[number];
  /** Passes through the training part. */
  readonly epochs: number;
  /** Rows in a batch; the last one of an epoch may be smaller. */
  readonly batchSize: number;
  readonly learningRate: Schedule;
  /** By which rule gradients move weights: SGD with Nesterov momentum, SGD with plain momentum, Adam or AdamW. */
  readonly optimizer: (typeof optimizers)[number];
  /** Of `nesterov` and `sgd`; 0 for none. */
  readonly momentum: number;
  readonly weightDecay: number;
  /** The largest L2 norm of a student's gradient; larger ones are scaled down. */
  readonly maxGradientNorm: number;
  /** The fraction of all rows that is held back to watch training. */
  readonly validationFraction: number;
  /** The fraction of all rows that is used once, at the end; nothing to data that come with a test part of their own. */
  readonly testFraction: number;
  /** What is done to images at random before the networks learn from them. */
  readonly augment: Augmentation;
  /** How texts become numbers. */
  readonly text: TextSetting;
  /** Whether the same students are trained independently, too, for comparison. */
  readonly baseline: boolean;
  /** Over how many epochs at the end scores are averaged. */
  readonly lastEpochs: number;
  /** What is different for student 0, 1, ...: fewer entries than students leave the rest as they are. */
  readonly perStudent: readonly StudentConfig[];
}

/** What may differ from student to student. */
export interface StudentConfig
  extends Partial<
    Pick<
      TrainingConfig,
      'model' | 'hidden' | 'learningRate' | 'optimizer' | 'momentum' | 'weightDecay' | 'maxGradientNorm'
    >
  > {
  /** Seed of its initial weights; drawn from the run's seed by default. */
  readonly seed?: number;
}

export const defaultConfig: TrainingConfig = {
  seed: 0,
  students: 2,
  model: 'mlp',
  hidden: [128],
  alpha: 1.5,
  lambda: 1,
  lambdaMode: 'plain',
  temperature: 1,
  links: 'mesh',
  order: 'jacobi',
  epochs: 30,
  batchSize: 64,
  learningRate: 0.1,
  optimizer: 'nesterov',
  momentum: 0.9,
  weightDecay: 5e-4,
  maxGradientNorm: Number.POSITIVE_INFINITY,
  validationFraction: 0.1,
  testFraction: 0.2,
  augment: {},
  text: {},
  baseline: true,
  lastEpochs: 5,
  perStudent: [],
};

const studentRules: Readonly<Record<keyof StudentConfig, Rule>> = {
  seed: numeric({
    text: 'a whole number from 0 to 2^53 - 1',
    includes: (n) => Number.isSafeInteger(n) && n >= 0,
  }),
  model: modelRule,
  hidden: (name, widths) => {
    if (Array.isArray(widths) && widths.every((n: unknown) => isIn(width, n))) return;
    refuse(name, 'widths that are whole numbers from 1 to 65536', widths);
  },
  learningRate: (name, value) => {
    // A rate that changes may end at 0, one that doesn't would learn nothing.
    const lowest = typeof value === 'number' && isConstant(value) ? 'above' : 'of at least';
    const includes = (x: number): boolean =>
      (lowest === 'above' ? x > 0 : x >= 0) && x < Number.POSITIVE_INFINITY;
    checkSchedule('parseConfig', name, value, { text: `a finite number ${lowest} 0`, includes });
  },
  optimizer: oneOf(optimizers),
  momentum: numeric({ text: 'a number from 0 up to, but not, 1', includes: (x) => x >= 0 && x < 1 }),
  weightDecay: numeric(ranges.weight),
  maxGradientNorm: numeric({ text: 'a number above 0', includes: (x) => x > 0 }),
};

/** For each setting, what it must be. */
const rules: Readonly<Record<keyof TrainingConfig, Rule>> = {
  ...studentRules,
  students: numeric({
    text: 'a whole number from 1 to 64',
    includes: (n) => Number.isInteger(n) && n >= 1 && n <= 64,
  }),
  alpha: scheduled(ranges.alpha),
  lambda: scheduled(ranges.weight),
  lambdaMode: oneOf(lambdaModes),
  temperature: scheduled(ranges.temperature),
  links: (name, value) => {
    if (!Array.isArray(value)) oneOf(topologies)(name, value);
  },
  order: oneOf(updateOrders),
  epochs: numeric(count),
  batchSize: numeric(count),
  validationFraction: numeric(fraction),
  testFraction: numeric(fraction),
  augment: augmentRule,
  text: textRule,
  baseline: (name, value) => {
    if (typeof value !== 'boolean') refuse(name, 'true or false', value);
  },
  lastEpochs: numeric(count),
  perStudent: (name, value) => {
    if (!Array.isArray(value)) refuse(name, 'a list with an object of settings for each student', value);
    for (const [k, settings] of (value as unknown[]).entries()) {
      checkSettings(`${name}.${k}.`, settings, studentRules);
    }
  },
};

/** Settings that differ from the defaults. JSON has no infinities, so an infinite number may be written "inf". */
export type TrainingOverrides = Partial<Omit<TrainingConfig, 'alpha'>> & {
  readonly alpha?: Schedule | 'inf';
};

/**
 * The whole configuration from the settings that differ from `defaultConfig`.
 * @throws ConfigError for what is no object, a setting that is unknown or out of range, or fractions that leave nothing to train on
 */
export function parseConfig(overrides: TrainingOverrides): TrainingConfig {
  checkObject('', overrides);
  const given = withInfinities(overrides) as Partial<TrainingConfig>;
  checkSettings('', { ...defaultConfig, ...given }, rules);
  const config: TrainingConfig = { ...defaultConfig, ...given };
  if (config.validationFraction + config.testFraction >= 1) {
    throw new ConfigError('parseConfig', {
      expected: 'validationFraction and testFraction with a sum below 1',
      got: String(config.validationFraction + config.testFraction),
      remedy: 'Nothing would be left to train on',
    });
  }
  if (config.perStudent.length > config.students) {
    throw new ConfigError('parseConfig', {
      expected: `perStudent with at most ${config.students} entries, one for each student`,
      got: String(config.perStudent.length),
    });
  }
  completeLinks('parseConfig', config.links, config.students, config);
  checkModels(config);
  return config;
}

/** @throws ConfigError unless all students can be given the same batch */
function checkModels(config: TrainingConfig): void {
  const models = Array.from({ length: config.students }, (_, k) => studentConfig(config, k).model);
  const texts = models.filter((model) => ['words', 'characters'].includes(inputOf(model)));
  const [first] = texts;
  const other = first && models.find((model) => inputOf(model) !== inputOf(first));
  if (first === undefined || other === undefined) return;
  throw new ConfigError('parseConfig', {
    expected: `model to be of one kind for all students where one is ${modelOf(first).name}: it takes ${inputOf(first)}`,
    got: `${modelOf(other).name}, which takes ${inputOf(other)}`,
  });
}

/** The settings of student k. */
export function studentConfig(config: TrainingConfig, k: number): TrainingConfig {
  return { ...config, ...config.perStudent[k] };
}

/** Plain data with "inf" read as Infinity: no setting is a text that could be meant. */
function withInfinities(value: unknown): unknown {
  if (value === 'inf') return Number.POSITIVE_INFINITY;
  if (Array.isArray(value)) return value.map(withInfinities);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withInfinities(part)]));
}
