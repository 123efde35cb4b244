import { numberText } from '../schedule-text.js';

/** The value of a setting as a person reads it. */
export function settingText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
