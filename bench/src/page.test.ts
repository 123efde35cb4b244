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
  expect(page.match(/<rect/g)).toHaveLength(4);
  expect(page.match(/<polyline/g)).toHaveLength(2);
  expect(page).toContain('SKIPPED: not installed');
  expect(page).toContain('not offered: no gradient');
  expect(page).toContain('class="wrong"');
});

test('it needs nothing from elsewhere, and text stays text', () => {
  const page = formatPage(run);
  expect(page).not.toMatch(/<script|https?:|@import|url\(/);
  expect(page).toContain('&#60;CPU &#38; co&#62;');
});
