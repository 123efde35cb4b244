import { expect, test } from 'vitest';
import type { Limits } from './limits/limits.js';
import type { GroupRecord } from './record.js';
import { roofline } from './roofline.js';

const limits: Limits = {
  fused: true,
  byThreads: [1, 2].map((threads) => ({
    threads,
    gflops: 40 * threads,
    copies: [
      { bytes: 2 ** 15, gigabytesPerSecond: 100 * threads },
      { bytes: 2 ** 30, gigabytesPerSecond: 10 },
    ],
    sgemm: 90 * threads,
  })),
};
const record: GroupRecord = {
  suite: 'matmul',
  group: 'a & b',
  unit: 'ms',
  tolerance: 1e-6,
  flops: 2e6,
  bytes: 1e5,
  results: [
    { contender: 'renyi wasm', status: 'ok', gflops: 30, ofLimit: 0.75, samples: [] },
    { contender: 'renyi wasm in a scope', status: 'ok', gflops: 35, ofLimit: 0.9, samples: [] },
    { contender: 'other', status: 'wrong', gflops: 3, samples: [] },
    { contender: 'absent', status: 'skipped', samples: [] },
  ],
};

test('there is a dot for each rate, which says whose it is, and a roof for each number of threads', () => {
  const plot = roofline(limits, [record]);
  expect(plot.match(/<circle/g)).toHaveLength(3);
  expect(plot).toContain('<title>renyi wasm: a &#38; b: 30.0 GFLOP/s, 75 % of the limit</title>');
  expect(plot).toMatch(/fill:none;stroke:var\(--bad\)[^>]*><title>other: /);
  expect(plot.match(/class="level"/g)).toHaveLength(4);
  const inWords = [...plot.matchAll(/<p class="legend">(\d thread.*?)<\/p>/g)].map(([, text]) =>
    text?.replace(/<[^>]*>/g, ''),
  );
  expect(inWords).toEqual([
    '1 thread: 128-bit 40.0 GFLOP/s NumPy sgemm 90.0 GFLOP/s memory 10.0 GB/s first cache 100 GB/s',
    '2 threads: 128-bit 80.0 GFLOP/s NumPy sgemm 180 GFLOP/s memory 10.0 GB/s first cache 200 GB/s',
  ]);
});

test('every name stands in the legend once, however it was called', () => {
  const plot = roofline(limits, [record, record]);
  expect(plot.match(/<p class="legend">(?!\d).*/)?.[0].match(/<span>/g)).toHaveLength(2);
});

test('labels keep a distance, however near the levels are, and stay beside the plot', () => {
  // The highest ones at the top, where there is no room above.
  const near = { ...limits, byThreads: limits.byThreads.map((own) => ({ ...own, gflops: 40, sgemm: 41 })) };
  const heights = [...roofline(near, [record]).matchAll(/class="level" x="[\d.]+" y="([\d.]+)"/g)].map(
    (match) => Number(match[1]),
  );
  expect(heights).toHaveLength(4);
  const sorted = heights.toSorted((a, b) => a - b);
  expect(sorted[0]).toBeGreaterThanOrEqual(4);
  for (let i = 1; i < sorted.length; i++)
    expect((sorted[i] as number) - (sorted[i - 1] as number)).toBeGreaterThanOrEqual(15);
});

test('without a task that has both operations and bytes there is no plot', () => {
  const { bytes: _, ...without } = record;
  expect(roofline(limits, [without])).toBe('');
});
