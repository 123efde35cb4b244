import { expect, test } from 'vitest';
import { parseSchedule, scheduleText } from './schedule-text.js';

test.each([
  ['1.5', 1.5],
  ['inf', Number.POSITIVE_INFINITY],
  ['linear:0:2', { kind: 'linear', from: 0, to: 2 }],
  ['cosine:2:0.5@step', { kind: 'cosine', from: 2, to: 0.5, every: 'step' }],
  ['exponential:1:0.01@epoch', { kind: 'exponential', from: 1, to: 0.01, every: 'epoch' }],
  ['geometric:0.1:0.9', { kind: 'geometric', from: 0.1, factor: 0.9 }],
  ['steps:0.1:0.2:60', { kind: 'steps', from: 0.1, factor: 0.2, over: 60 }],
  ['warmup:5:1', { kind: 'warmUp', over: 5, to: 1 }],
  ['authors-image:2', { kind: 'authorsImage', max: 2 }],
  ['authors-text:2:0.5', { kind: 'authorsText', from: 2, to: 0.5 }],
])('%s there and back', (text, schedule) => {
  expect(parseSchedule(text)).toEqual(schedule);
  expect(scheduleText(parseSchedule(text))).toBe(text);
});

test.each([
  '',
  'linear',
  'linear:1',
  'linear:1:2:3',
  'linear:1:2@year',
  'linear:1:2@step@step',
  'toString:1',
  '0x10',
])('%j is none', (text) => {
  const parsed = parseSchedule(text);
  expect(Number.isNaN(parsed)).toBe(true);
});

test('one within another is told as JSON', () => {
  const nested = { kind: 'warmUp', over: 5, to: { kind: 'linear', from: 1, to: 0 } } as const;
  expect(scheduleText(nested)).toBe(JSON.stringify(nested));
});
