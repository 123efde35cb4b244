import { expect, test } from 'vitest';
import { formatPage } from './page.js';
import type { RunRecord } from './record.js';

const time = { median: 2, lower: 1, upper: 3, best: 1 };
const run: RunRecord = {
  command: 'pnpm bench',
  date: '2026-11-24T00:00:00.000Z',
  machine: { cpu: '<CPU & co>', cores: 2, memory: 4, system: 'linux x64', node: '20', v8: '11', load: 0 },
  loadAtEnd: 1,
  records: [1, 8].map((extent) => ({
    suite: 'growth',
    group: `batch: ${extent}`,
    unit: 'ms',
    tolerance: 1e-6,
    growth: { of: 'batch', extent },
    results: [
      { contender: 'renyi wasm', status: 'ok', time, ratio: 1, gflops: 40, error: 1e-8, samples: [2] },
      { contender: 'other', status: 'wrong', time, ratio: 2, error: 0.1, samples: [2] },
      { contender: 'absent', status: 'skipped', message: 'not installed', samples: [] },
      { contender: 'poor', status: 'not-offered', message: 'no gradient', samples: [] },
    ],
  })),
};

test('a page shows a bar for each time, a curve for what grows, and says what is wrong or missing', () => {
  const page = formatPage(run);
  expect(page.match(/<div class="bar">/g)).toHaveLength(4);
  expect(page.match(/<g class="curve">/g)).toHaveLength(2);
  expect(page).toContain('SKIPPED: not installed');
  expect(page).toContain('not offered: no gradient');
  expect(page).toContain('class="wrong"');
});

test('it needs nothing from elsewhere, and text stays text', () => {
  const page = formatPage(run);
  expect(page).not.toMatch(/<script|https?:|@import|url\(/);
  expect(page).toContain('&#60;CPU &#38; co&#62;');
});

test('bars lie on one logarithmic axis, and one that is wrong looks so', () => {
  const [first, second] = [...formatPage(run).matchAll(/<b class="(\w+)" style="width:([\d.]+)%"/g)];
  // From half of the smallest ratio, which is 1, to the largest, which is 2.
  expect(first?.slice(1)).toEqual(['own', '50.00']);
  expect(second?.slice(1)).toEqual(['wrong', '100.00']);
});

test('a column that nobody has a figure for is left out', () => {
  const page = formatPage(run);
  expect(page).not.toContain('of limit');
  const limited = run.records.map((record) => ({
    ...record,
    results: record.results.map((result) => ({ ...result, ofLimit: 0.5 })),
  }));
  expect(formatPage({ ...run, records: limited })).toContain('<th>of limit</th>');
});
