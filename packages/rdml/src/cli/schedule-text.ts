import type { Annealing, Schedule } from '../index.js';

/** How schedules are written on the command line, by kind: its fields in their order. */
const spellings = {
  linear: ['from', 'to'],
  cosine: ['from', 'to'],
  exponential: ['from', 'to'],
  geometric: ['from', 'factor'],
  steps: ['from', 'factor', 'over'],
  warmup: ['over', 'to'],
  'authors-image': ['max'],
  'authors-text': ['from', 'to'],
} as const;

const kinds: Readonly<Record<keyof typeof spellings, Annealing['kind']>> = {
  linear: 'linear',
  cosine: 'cosine',
  exponential: 'exponential',
  geometric: 'geometric',
  steps: 'steps',
  warmup: 'warmUp',
  'authors-image': 'authorsImage',
  'authors-text': 'authorsText',
};

export const scheduleHelp: string = `Schedules, instead of a number: ${Object.entries(spellings)
  .map(([word, fields]) => [word, ...fields].join(':'))
  .join(', ')}; with @step behind it a value changes at each step, not each epoch.`;

/** `1.5`, `inf`, or `cosine:2:0.5@step`; NaN for what is neither. */
export function parseSchedule(text: string): Schedule {
  const [body = '', unit, ...rest] = text.trim().split('@');
  const [word = '', ...values] = body.split(':');
  if (!Object.hasOwn(spellings, word)) return parseNumber(text);
  const fields = spellings[word as keyof typeof spellings];
  const isWhole = values.length === fields.length && rest.length === 0;
  if (!isWhole || !(unit === undefined || unit === 'step' || unit === 'epoch')) return Number.NaN;
  const settings = fields.map((field, i) => [field, parseNumber(values[i] as string)] as const);
  return {
    kind: kinds[word as keyof typeof spellings],
    ...Object.fromEntries(settings),
    ...(unit !== undefined && { every: unit }),
  } as Schedule;
}

/** The way back; of what can't be written on the command line, its JSON. */
export function scheduleText(schedule: Schedule): string {
  if (typeof schedule === 'number') return numberText(schedule);
  for (const [word, fields] of Object.entries(spellings)) {
    if (kinds[word as keyof typeof spellings] !== schedule.kind) continue;
    const values = fields.map((field) => (schedule as unknown as Record<string, unknown>)[field]);
    if (!values.every((value) => typeof value === 'number')) break;
    const unit = 'every' in schedule && schedule.every !== undefined ? `@${schedule.every}` : '';
    return `${[word, ...values.map(numberText)].join(':')}${unit}`;
  }
  return JSON.stringify(schedule);
}

/** Infinity is spelled as the flags take it. */
export function numberText(value: number): string {
  return value === Number.POSITIVE_INFINITY ? 'inf' : String(value);
}

/** A decimal number or `inf`, and nothing else: `Number` would take an empty text for 0, and 0x10 for 16. */
export function parseNumber(text: string): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text.trim());
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
}
