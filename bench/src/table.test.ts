import { expect, test } from 'vitest';
import type { Group } from './contender.js';
import type { Result } from './measure.js';
import { formatGroup } from './table.js';

const group: Group = { name: 'sums', unit: 'ns', operations: 50, tolerance: 1e-6, contenders: [] };
const time = { median: 12.34, lower: 11, upper: 130, best: 0.5 };
const right: Result = { contender: 'loop', status: 'ok', time, ratio: 1, error: 0, aim: 200, samples: [] };

test('figures stand in columns, with the aim beside them', () => {
  expect(formatGroup(group, [right]).split('\n')).toEqual([
    'sums',
    '        median ns/op    quartiles  best  ratio  error    aim',
    '  loop          12.3  11.0 .. 130  0.50  1.00x      0  < 200',
  ]);
});

test('what is wrong or has failed says so in its own line', () => {
  const lines = formatGroup(group, [
    { ...right, contender: 'off', status: 'wrong', error: 0.1 },
    { contender: 'gone', status: 'failed', message: 'no such kernel', samples: [] },
  ]).split('\n');
  expect(lines[2]).toMatch(/^ {2}off .* 1\.0e-1 {2}< 200 {2}WRONG: error above 1\.0e-6$/);
  expect(lines[3]).toMatch(/^ {2}gone .* - {2}FAILED: no such kernel$/);
});
