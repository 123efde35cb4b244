import { expect, test } from 'vitest';
import type { GroupRecord } from '../record.js';
import { summarize } from '../statistics.js';
import { cellsOf, type Figure, figures } from './wasm-figures.js';

function record(group: string, samples: Record<string, number[]>, wrong: string[] = []): GroupRecord {
  const results = Object.entries(samples).map(([contender, own]) => ({
    contender,
    status: wrong.includes(contender) ? ('wrong' as const) : ('ok' as const),
    time: summarize(own),
    samples: own,
  }));
  return { suite: 'suite', group, unit: 'ms', tolerance: 0, results };
}

function line(what: string, engine = 'stock'): Figure {
  return figures.find((figure) => figure.what === what && figure.engine === engine) as Figure;
}

const product = (n: number, samples: Record<string, number[]>, wrong?: string[]): GroupRecord =>
  record(`${n} x ${n} times ${n} x ${n}, float32: A B`, samples, wrong);

const own = 'renyi wasm in a scope';

test('a line is held to the worst of its cases, round by round', () => {
  const figure = line('product of 256, all transposes, in a scope, over OpenBLAS');
  const records = [
    product(256, { [own]: [10, 100], numpy: [4, 40] }),
    product(256, { [own]: [10, 10], numpy: [3.6, 3.6] }),
    product(512, { [own]: [10, 10], numpy: [1, 1] }),
  ];
  expect(cellsOf(figure, records).slice(1)).toEqual(['0.35', '0.40', '0.36 to 0.40', '', 'must']);
  expect(cellsOf(figure, records.slice(0, 1)).slice(3)).toEqual(['0.40', '', 'aim']);
  expect(cellsOf(figure, [product(256, { [own]: [10], numpy: [3] })]).slice(3)).toEqual(['0.30', '', 'no']);
});

test('beside a comparison stands what the limit allows of it, in the worst of its cases', () => {
  const atLimit = (ofLimit: number): GroupRecord => {
    const { results, ...group } = product(256, { [own]: [10], numpy: [4] });
    return { ...group, results: results.map((result) => ({ ...result, ofLimit })) };
  };
  const figure = line('product of 256, all transposes, in a scope, over OpenBLAS');
  expect(cellsOf(figure, [atLimit(2), atLimit(2.5)]).slice(3)).toEqual(['0.40', '0.40', 'aim']);
});

test('a contender that is missing or wrong leaves its line unmeasured', () => {
  const figure = line('product of 512, all transposes, in a scope, over OpenBLAS');
  const wrong = product(512, { [own]: [10], numpy: [10] }, [own]);
  for (const records of [[], [product(512, { [own]: [10] })], [wrong]])
    expect(cellsOf(figure, records).slice(3)).toEqual(['not measured', '', '']);
});

test('threads, growth with students and times of their own', () => {
  const threads = line('products of 256 to 1024, in a scope, 2 threads over 1');
  expect(
    cellsOf(threads, [product(1024, { [own]: [18], 'renyi wasm-2 in a scope': [10] })]).slice(3),
  ).toEqual(['1.80', '', 'must']);
  const students = [
    [2, 10],
    [4, 21],
    [8, 44],
    [16, 90],
  ].map(([k, time]) => record(`RDML: ${k} x 784-256-128-10, batch 128`, { 'renyi wasm': [time as number] }));
  expect(cellsOf(line('4, 8, 16 students over 2, 4, 8 times two'), students).slice(3)).toEqual([
    '1.05 to 1.13',
    '',
    'no',
  ]);
  const first = [
    record('until it is imported', { '@renyi/tensor': [40] }),
    record('until it has multiplied two 64 x 64 matrices, import included', { '@renyi/tensor': [49] }),
  ];
  expect(
    cellsOf(line('first use: a first product in a new process, less its import'), first).slice(3),
  ).toEqual(['9.00 ms', '', 'aim']);
});
