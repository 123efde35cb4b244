import { ConfigError } from '@renyi/tensor';
import { checkSchedule, type Range } from './schedule.js';

/** Refuses a value that is not what the setting must be. */
export type Rule = (name: string, value: unknown) => void;

export const fraction: Range = { text: 'a fraction above 0 and below 1', includes: (x) => x > 0 && x < 1 };

export const count: Range = {
  text: 'a whole number of at least 1',
  includes: (n) => Number.isSafeInteger(n) && n >= 1,
};

export const width: Range = {
  text: 'a whole number from 1 to 65536',
  includes: (n) => Number.isInteger(n) && n >= 1 && n <= 65536,
};

export const probability: Range = { text: 'a probability from 0 to 1', includes: (p) => p >= 0 && p <= 1 };

export function isIn({ includes }: Range, value: unknown): value is number {
  return typeof value === 'number' && includes(value);
}

export function numeric(range: Range): Rule {
  return (name, value) => {
    if (!isIn(range, value)) refuse(name, range.text, value);
  };
}

export function scheduled(range: Range): Rule {
  return (name, value) => void checkSchedule('parseConfig', name, value, range);
}

export function oneOf(choices: readonly string[]): Rule {
  return (name, value) => {
    if (typeof value !== 'string' || !choices.includes(value))
      refuse(name, `one of ${choices.join(', ')}`, value);
  };
}

/** Checks each setting of an object by its own rule. @throws ConfigError for what is no object, and for settings without a rule */
export function checkSettings(
  prefix: string,
  settings: unknown,
  table: Readonly<Record<string, Rule>>,
): void {
  checkObject(prefix, settings);
  for (const [name, value] of Object.entries(settings as object)) {
    if (!Object.hasOwn(table, name)) {
      const expected = `${prefix === '' ? '' : `${prefix.slice(0, -1)} with `}one of ${Object.keys(table).join(', ')}`;
      throw new ConfigError('parseConfig', { expected, got: name });
    }
    (table[name] as Rule)(`${prefix}${name}`, value);
  }
}

export function checkObject(prefix: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  const where = prefix === '' ? '' : `${prefix.slice(0, -1)} to be `;
  throw new ConfigError('parseConfig', { expected: `${where}an object with settings`, got: String(value) });
}

export function refuse(name: string, expected: string, value: unknown): never {
  throw new ConfigError('parseConfig', { expected: `${name} to be ${expected}`, got: String(value) });
}
