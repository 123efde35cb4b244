import { readFile } from 'node:fs/promises';
import { ConfigError } from '@renyi/tensor';
import {
  defaultConfig,
  modelNames,
  parseConfig,
  type TrainingConfig,
  type TrainingOverrides,
} from '../index.js';
import { codeOf } from '../node.js';
import { modelText, optionsText, parseModel, parseOptions } from './option-text.js';
import { type Preset, presetConfig, readPreset } from './preset.js';
import { numberText, parseNumber, parseSchedule, scheduleText } from './schedule-text.js';

/** A flag that sets one field of the configuration. */
interface ConfigFlag {
  readonly key: keyof TrainingConfig;
  readonly flag: string;
  readonly placeholder: string;
  readonly description: string;
  /** NaN stands for what can't be read: `parseConfig` refuses it and says what it wants. */
  readonly parse: (text: string) => unknown;
  readonly text: (config: TrainingConfig) => string;
}

type KeysOf<T> = {
  [K in keyof TrainingConfig]: TrainingConfig[K] extends T ? K : never;
}[keyof TrainingConfig];

export const configFlags: readonly ConfigFlag[] = [
  scheduled('alpha', '--alpha', 'order', 'Rényi order, from 0 to inf; 1 is the Kullback-Leibler divergence'),
  scheduled('lambda', '--lambda', 'weight', 'weight of what students learn from each other'),
  word('lambdaMode', '--lambda-mode', 'mode', 'plain, or overAlpha: lambda over alpha is the weight'),
  scheduled('temperature', '--temperature', 'factor', 'what logits are divided by before they are compared'),
  word('links', '--links', 'shape', 'who learns from whom: mesh, ring, star, teacher or none'),
  word(
    'order',
    '--order',
    'order',
    'jacobi, or gaussSeidel: each student learns from the newest predictions',
  ),
  numeric('students', '--students', 'count', 'how many networks train together'),
  {
    key: 'model',
    flag: '--model',
    placeholder: 'network',
    description: `what each student is, such as resnet18:width=16: ${modelNames.join(', ')}`,
    parse: parseModel,
    text: ({ model }) => modelText(model),
  },
  {
    key: 'hidden',
    flag: '--hidden',
    placeholder: 'widths',
    description: 'widths of the hidden layers of an mlp, such as 64,32; or none',
    parse: (text) => (text === 'none' ? [] : text.split(',').map(parseNumber)),
    text: ({ hidden }) => (hidden.length === 0 ? 'none' : hidden.join(',')),
  },
  numeric('epochs', '--epochs', 'count', 'passes through the training part'),
  numeric('batchSize', '--batch-size', 'rows', 'rows in a batch'),
  scheduled('learningRate', '--lr', 'rate', 'learning rate'),
  word('optimizer', '--optimizer', 'rule', 'nesterov (SGD with Nesterov momentum), sgd, adam or adamw'),
  numeric('momentum', '--momentum', 'factor', 'momentum of nesterov and sgd; 0 for none'),
  numeric('weightDecay', '--weight-decay', 'factor', 'weight decay'),
  numeric('maxGradientNorm', '--clip', 'norm', 'largest norm of a student’s gradient; inf for no limit'),
  numeric('validationFraction', '--validation-fraction', 'part', 'part of the rows to watch training with'),
  numeric('testFraction', '--test-fraction', 'part', 'part of the rows to test with, not to train or choose'),
  options('augment', '--augment', 'done to images at random, such as crop=4,flip=0.5,rotation=15'),
  options('text', '--text', 'how texts become numbers, such as length=64,buckets=50000,wordNgrams=2'),
  numeric('lastEpochs', '--last-epochs', 'count', 'over how many epochs at the end scores are averaged'),
  numeric('seed', '--seed', 'number', 'seed of the split, the initial weights and the batches'),
];

function numeric(key: KeysOf<number>, flag: string, placeholder: string, description: string): ConfigFlag {
  return {
    key,
    flag,
    placeholder,
    description,
    parse: parseNumber,
    text: (config) => numberText(config[key]),
  };
}

function scheduled(
  key: 'alpha' | 'lambda' | 'temperature' | 'learningRate',
  flag: string,
  placeholder: string,
  description: string,
): ConfigFlag {
  const text = (config: TrainingConfig): string => scheduleText(config[key]);
  return { key, flag, placeholder, description, parse: parseSchedule, text };
}

function options(key: 'augment' | 'text', flag: string, description: string): ConfigFlag {
  return {
    key,
    flag,
    placeholder: 'list',
    description,
    parse: parseOptions,
    text: (config) => optionsText({ ...config[key] }),
  };
}

function word(
  key: 'lambdaMode' | 'links' | 'order' | 'optimizer',
  flag: string,
  placeholder: string,
  description: string,
): ConfigFlag {
  return {
    key,
    flag,
    placeholder,
    description,
    parse: (text) => text,
    text: (config) => wordText(config[key]),
  };
}

/** A word; of a list, which only a file can hold, its JSON. */
function wordText(value: string | readonly object[]): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** How a default is written on the command line. */
export function defaultText({ text }: ConfigFlag): string {
  return text(defaultConfig);
}

/** What sets the configuration of a run, from weak to strong: the defaults, an experiment, a file, flags. */
export interface Settings {
  /** The name of an experiment. */
  readonly preset: string | undefined;
  /** Whether it is made small. */
  readonly isSmoke: boolean;
  readonly file: string | undefined;
  /** The text after each flag that was given. */
  readonly flags: ReadonlyMap<keyof TrainingConfig, string>;
  /** Settings whose flags take no text. */
  readonly switches: TrainingOverrides;
}

/**
 * The configuration that a file and flags ask for.
 * @throws ConfigError naming the flag or the file
 */
export async function readSettings(settings: Settings): Promise<TrainingConfig> {
  const { file, flags, switches, isSmoke } = settings;
  const preset = presetOf(settings);
  const fromPreset = preset === undefined ? {} : presetConfig(preset, isSmoke);
  const fromFile = file === undefined ? {} : await readConfigFile(file);
  return configFromFlags(flags, { ...fromPreset, ...fromFile, ...switches });
}

/** The experiment that is asked for. @throws ConfigError for one that there is not, and for the small size of none */
export function presetOf({ preset, isSmoke }: Settings): Preset | undefined {
  if (preset !== undefined) return readPreset(preset);
  if (!isSmoke) return undefined;
  throw new ConfigError('rdml', { expected: '--preset beside --smoke', got: 'none' });
}

/**
 * The configuration that flags ask for.
 * @param given the text after each flag that was given
 * @param weaker what they are put on top of
 * @throws ConfigError naming the flag
 */
function configFromFlags(
  given: ReadonlyMap<keyof TrainingConfig, string>,
  weaker: TrainingOverrides = {},
): TrainingConfig {
  const flags = configFlags.filter(({ key }) => given.has(key));
  const overrides = flags.map(({ key, parse }) => [key, parse(given.get(key) ?? '')] as const);
  try {
    return parseConfig({ ...weaker, ...Object.fromEntries(overrides) });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw blame(error, flags, given);
  }
}

/** @throws ConfigError for a file that is missing, no JSON, or no configuration */
async function readConfigFile(path: string): Promise<TrainingOverrides> {
  const fault = (got: string, cause?: unknown): ConfigError =>
    new ConfigError(
      'rdml',
      { expected: `a configuration in JSON at ${path}`, got, remedy: 'rdml train --print-config writes one' },
      { cause },
    );
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw fault(codeOf(error) === 'ENOENT' ? 'no such file' : (codeOf(error) ?? String(error)), error);
  }
  let overrides: TrainingOverrides;
  try {
    overrides = JSON.parse(text) as TrainingOverrides;
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error), error);
  }
  try {
    parseConfig(overrides);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      'rdml',
      { expected: error.expected, got: `${error.got} in ${path}` },
      { cause: error },
    );
  }
  return overrides;
}

/** Finds the flag whose value is refused on its own, too; a combination of settings has none to blame. */
function blame(
  fault: ConfigError,
  flags: readonly ConfigFlag[],
  given: ReadonlyMap<keyof TrainingConfig, string>,
): ConfigError {
  for (const candidate of flags) {
    const { key, flag, parse } = candidate;
    const text = given.get(key) ?? '';
    try {
      parseConfig({ [key]: parse(text) });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (!new RegExp(`^${key}(\\.\\w+)* to be `).test(error.expected)) continue;
      return new ConfigError('rdml train', {
        expected: inFlags(error.expected),
        got: text === '' ? 'an empty value' : text.slice(0, 60),
        remedy: `For example: ${flag} ${defaultText(candidate)}`,
      });
    }
  }
  const { expected, got, remedy } = fault;
  return new ConfigError('rdml train', {
    expected: inFlags(expected),
    got,
    ...(remedy !== undefined && { remedy }),
  });
}

/** `parseConfig` speaks of fields; who types flags knows only those. Behind an article stands the word and not the field: an order. */
function inFlags(text: string): string {
  return configFlags.reduce(
    (told, { key, flag }) => told.replace(new RegExp(`(?<!-|\\ban? )\\b${key}\\b`), flag),
    text,
  );
}
