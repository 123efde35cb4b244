import { ConfigError } from '@renyi/tensor';

/** Everything that a training run is decided by: plain data, stored with the run. */
export interface TrainingConfig {
  /** Seed of the split, the initial weights and the order of the batches. */
  readonly seed: number;
  /** K, how many networks train together. */
  readonly students: number;
  /** Widths of the hidden layers of each network. */
  readonly hidden: readonly number[];
  /** Rényi order, from 0 to Infinity. */
  readonly alpha: number;
  /** Weight of the mutual part. */
  readonly lambda: number;
  /** Passes through the training part. */
  readonly epochs: number;
  /** Rows in a batch; the last one of an epoch may be smaller. */
  readonly batchSize: number;
  readonly learningRate: number;
  /** Nesterov momentum; 0 for none. */
  readonly momentum: number;
  readonly weightDecay: number;
  /** The fraction of all rows that is held back to watch training. */
  readonly validationFraction: number;
  /** The fraction of all rows that is used once, at the end. */
  readonly testFraction: number;
}

export const defaultConfig: TrainingConfig = {
  seed: 0,
  students: 2,
  hidden: [128],
  alpha: 1.5,
  lambda: 1,
  epochs: 30,
  batchSize: 64,
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 5e-4,
  validationFraction: 0.1,
  testFraction: 0.2,
};

/** For each setting, what it must be and whether a value is that. */
const rules: {
  readonly [K in keyof TrainingConfig]: readonly [
    expected: string,
    isValid: (value: TrainingConfig[K]) => boolean,
  ];
} = {
  seed: ['a whole number from 0 to 2^53 - 1', (n) => Number.isSafeInteger(n) && n >= 0],
  students: ['a whole number from 1 to 64', (n) => Number.isInteger(n) && n >= 1 && n <= 64],
  hidden: [
    'widths that are whole numbers from 1 to 65536',
    (widths) =>
      Array.isArray(widths) && widths.every((n: number) => Number.isInteger(n) && n >= 1 && n <= 65536),
  ],
  alpha: ['a number from 0 to Infinity (1 is the Kullback-Leibler divergence)', (a) => a >= 0],
  lambda: ['a finite number of at least 0', (x) => x >= 0 && x < Number.POSITIVE_INFINITY],
  epochs: ['a whole number of at least 1', (n) => Number.isSafeInteger(n) && n >= 1],
  batchSize: ['a whole number of at least 1', (n) => Number.isSafeInteger(n) && n >= 1],
  learningRate: ['a finite number above 0', (x) => x > 0 && x < Number.POSITIVE_INFINITY],
  momentum: ['a number from 0 up to, but not, 1', (x) => x >= 0 && x < 1],
  weightDecay: ['a finite number of at least 0', (x) => x >= 0 && x < Number.POSITIVE_INFINITY],
  validationFraction: ['a fraction above 0 and below 1', (x) => x > 0 && x < 1],
  testFraction: ['a fraction above 0 and below 1', (x) => x > 0 && x < 1],
};

/** Settings that differ from the defaults. JSON has no infinities, so an infinite order may be written "inf". */
export type TrainingOverrides = Partial<Omit<TrainingConfig, 'alpha'>> & { readonly alpha?: number | 'inf' };

/**
 * The whole configuration from the settings that differ from `defaultConfig`.
 * @throws ConfigError for what is no object, a setting that is unknown or out of range, or fractions that leave nothing to train on
 */
export function parseConfig(overrides: TrainingOverrides): TrainingConfig {
  if (typeof overrides !== 'object' || overrides === null || Array.isArray(overrides)) {
    throw new ConfigError('parseConfig', { expected: 'an object with settings', got: String(overrides) });
  }
  for (const name of Object.keys(overrides)) {
    if (Object.hasOwn(rules, name)) continue;
    throw new ConfigError('parseConfig', { expected: `one of ${Object.keys(rules).join(', ')}`, got: name });
  }
  const { alpha = defaultConfig.alpha } = overrides;
  const config = {
    ...defaultConfig,
    ...overrides,
    alpha: alpha === 'inf' ? Number.POSITIVE_INFINITY : alpha,
  };
  for (const name of Object.keys(rules) as (keyof TrainingConfig)[]) check(name, config[name]);
  if (config.validationFraction + config.testFraction >= 1) {
    throw new ConfigError('parseConfig', {
      expected: 'validationFraction and testFraction with a sum below 1',
      got: String(config.validationFraction + config.testFraction),
      remedy: 'Nothing would be left to train on',
    });
  }
  return config;
}

function check<K extends keyof TrainingConfig>(name: K, value: TrainingConfig[K]): void {
  const [expected, isValid] = rules[name];
  const rightType = name === 'hidden' ? Array.isArray(value) : typeof value === 'number';
  if (!rightType || !isValid(value)) {
    throw new ConfigError('parseConfig', { expected: `${name} to be ${expected}`, got: String(value) });
  }
}
