import { type ModelSetting, modelOf } from '../index.js';
import { numberText, parseNumber } from './schedule-text.js';

/** `crop=4,flip=0.5` as an object of numbers; NaN for what can't be read; {} for `none`. */
export function parseOptions(text: string): Readonly<Record<string, number>> {
  if (text === 'none') return {};
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', value = '', ...rest] = part.split('=');
      return [name.trim(), rest.length > 0 ? Number.NaN : parseNumber(value)];
    }),
  );
}

/** The way back. */
export function optionsText(options: Readonly<Record<string, number | undefined>>): string {
  const given = Object.entries(options).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return given.length === 0 ? 'none' : given.map(([name, value]) => `${name}=${numberText(value)}`).join(',');
}

/** `vgg16`, or `vgg16:width=16,dropout=0`. */
export function parseModel(text: string): unknown {
  const at = text.indexOf(':');
  if (at < 0) return text;
  return { ...parseOptions(text.slice(at + 1)), name: text.slice(0, at) };
}

/** The way back. */
export function modelText(setting: ModelSetting): string {
  const { name, options } = modelOf(setting);
  return Object.keys(options).length === 0 ? name : `${name}:${optionsText(options)}`;
}
