import { numberText } from '../schedule-text.js';

/** The value of a setting as a person reads it. */
export function settingText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
