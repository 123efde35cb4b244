import { expect, test } from 'vitest';
import type { Result } from './measure.js';
import type { GroupRecord } from './record.js';
import { formatGroup, percent } from './table.js';

const group: GroupRecord = { suite: 'bind', group: 'sums', unit: 'ns/op', tolerance: 1e-6, results: [] };
const time = { median: 12.34, lower: 11, upper: 130, best: 0.5 };
const right: Result = { contender: 'loop', status: 'ok', time, ratio: 1, error: 0, aim: 200, samples: [] };

test('figures stand in columns, with the aim beside them', () => {
  expect(formatGroup({ ...group, results: [right] }).split('\n')).toEqual([
    'sums',
    '        median ns/op    quartiles  best  ratio  error    aim',
    '  loop          12.3  11.0 .. 130  0.50  1.00x      0  < 200',
  ]);
});

test('what is wrong, has failed or is not there says so in its own line', () => {
  const results: Result[] = [
    { ...right, contender: 'off', status: 'wrong', error: 0.1 },
    { contender: 'gone', status: 'failed', message: 'no such kernel', samples: [] },
    { contender: 'poor', status: 'not-offered', message: 'no tanh', samples: [] },
  ];
  const lines = formatGroup({ ...group, results }).split('\n');
  expect(lines[2]).toMatch(/^ {2}off .* 1\.0e-1 {2}< 200 {2}WRONG: error above 1\.0e-6$/);
  expect(lines[3]).toMatch(/^ {2}gone .* - {2}FAILED: no such kernel$/);
  expect(lines[4]).toMatch(/^ {2}poor .* - {2}not offered: no tanh$/);
});

test('the rate is that of the arithmetic, or of memory where there is less than an operation a byte; both with their limit', () => {
  const rated: Result = { ...right, gflops: 40, gigabytesPerSecond: 10, ofLimit: 0.8 };
  const table = (flops: number): string => formatGroup({ ...group, flops, bytes: 1000, results: [rated] });
  expect(table(4000)).toMatch(/ratio {2}GFLOP\/s {2}of limit .*\n.* 1\.00x +40\.0 +80 % /);
  expect(table(999)).toMatch(/ratio {2}GB\/s {2}of limit .*\n.* 1\.00x +10\.0 +80 % /);
});

test('percentages have two digits, however small', () => {
  expect([1.17, 0.42, 0.099, 0.0061, 0.00003].map(percent)).toEqual([
    '117 %',
    '42 %',
    '9.9 %',
    '0.61 %',
    '0.003 %',
  ]);
});
