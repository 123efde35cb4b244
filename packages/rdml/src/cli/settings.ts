import { ConfigError } from '@renyi/tensor';
import { defaultConfig, parseConfig, type TrainingConfig } from '../index.js';

/** A flag that sets one field of the configuration. */
interface ConfigFlag {
  readonly key: keyof TrainingConfig;
  readonly flag: string;
  readonly placeholder: string;
  readonly description: string;
  /** NaN stands for what can't be read: `parseConfig` refuses it and says what it wants. */
  readonly parse: (text: string) => number | readonly number[];
}

export const configFlags: readonly ConfigFlag[] = [
  numeric('alpha', '--alpha', 'order', 'Rényi order, from 0 to inf; 1 is the Kullback-Leibler divergence'),
  numeric('lambda', '--lambda', 'weight', 'weight of what students learn from each other'),
  numeric('students', '--students', 'count', 'how many networks train together'),
  {
    key: 'hidden',
    flag: '--hidden',
    placeholder: 'widths',
    description: 'widths of the hidden layers, such as 64,32; or none',
    parse: (text) => (text === 'none' ? [] : text.split(',').map(parseNumber)),
  },
  numeric('epochs', '--epochs', 'count', 'passes through the training part'),
  numeric('batchSize', '--batch-size', 'rows', 'rows in a batch'),
  numeric('learningRate', '--lr', 'rate', 'learning rate'),
  numeric('momentum', '--momentum', 'factor', 'Nesterov momentum; 0 for none'),
  numeric('weightDecay', '--weight-decay', 'factor', 'weight decay'),
  numeric('validationFraction', '--validation-fraction', 'part', 'part of the rows to watch training with'),
  numeric('testFraction', '--test-fraction', 'part', 'part of the rows to test with, once, at the end'),
  numeric('seed', '--seed', 'number', 'seed of the split, the initial weights and the batches'),
];

function numeric(
  key: Exclude<keyof TrainingConfig, 'hidden'>,
  flag: string,
  placeholder: string,
  description: string,
): ConfigFlag {
  return { key, flag, placeholder, description, parse: parseNumber };
}

/** How a default is written on the command line. */
export function defaultText(key: keyof TrainingConfig): string {
  const value = defaultConfig[key];
  if (typeof value === 'number') return String(value);
  return value.length === 0 ? 'none' : value.join(',');
}

/**
 * The configuration that flags ask for.
 * @param given the text after each flag that was given
 * @throws ConfigError naming the flag
 */
export function configFromFlags(given: ReadonlyMap<keyof TrainingConfig, string>): TrainingConfig {
  const flags = configFlags.filter(({ key }) => given.has(key));
  const overrides = flags.map(({ key, parse }) => [key, parse(given.get(key) ?? '')] as const);
  try {
    return parseConfig(Object.fromEntries(overrides));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw blame(error, flags, given);
  }
}

/** Finds the flag whose value is refused on its own, too; a combination of settings has none to blame. */
function blame(
  fault: ConfigError,
  flags: readonly ConfigFlag[],
  given: ReadonlyMap<keyof TrainingConfig, string>,
): ConfigError {
  for (const { key, flag, parse } of flags) {
    const text = given.get(key) ?? '';
    try {
      parseConfig({ [key]: parse(text) });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (!error.expected.startsWith(`${key} to be `)) continue;
      return new ConfigError('rdml train', {
        expected: inFlags(error.expected),
        got: text === '' ? 'an empty value' : text.slice(0, 60),
        remedy: `For example: ${flag} ${defaultText(key)}`,
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

/** `parseConfig` speaks of fields; who types flags knows only those. */
function inFlags(text: string): string {
  return configFlags.reduce(
    (told, { key, flag }) => told.replace(new RegExp(`(?<!-)\\b${key}\\b`), flag),
    text,
  );
}

/** A decimal number or `inf`, and nothing else: `Number` would take an empty text for 0, and 0x10 for 16. */
function parseNumber(text: string): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text.trim());
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
}
