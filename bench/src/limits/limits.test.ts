import { expect, test } from 'vitest';
import { copyRate, fractionOfLimit, type Limits, threadsOf } from './limits.js';
import { formatLimits, limitsView } from './format-limits.js';

const limits: Limits = {
  fused: false,
  byThreads: [
    {
      threads: 1,
      gflops: 40,
      copies: [
        { bytes: 2 ** 10, gigabytesPerSecond: 100 },
        { bytes: 2 ** 20, gigabytesPerSecond: 10 },
      ],
      sgemm: 90,
    },
    { threads: 2, gflops: 80, copies: [{ bytes: 2 ** 20, gigabytesPerSecond: 15 }] },
  ],
};

test('work is held against its arithmetic or its traffic, whichever needs longer', () => {
  // 4000 operations at 40 a nanosecond are 100 ns at the least; 2^20 bytes at 10 a nanosecond are more.
  expect(fractionOfLimit(limits, { flops: 4000 }, 200, 1)).toBe(0.5);
  expect(fractionOfLimit(limits, { flops: 4000, bytes: 2 ** 20 }, 2 ** 20, 1)).toBeCloseTo(0.1, 12);
  expect(fractionOfLimit(limits, { flops: 8000 }, 200, 2)).toBe(0.5);
});

test('nothing is said where nothing is known', () => {
  expect(fractionOfLimit(limits, {}, 200, 1)).toBeUndefined();
  expect(fractionOfLimit(limits, { flops: 4000 }, 200, 3)).toBeUndefined();
});

test('a copy is as fast as those of its size, and beyond the measured ones as the last', () => {
  const copies = limits.byThreads[0]?.copies ?? [];
  expect(copyRate(copies, 16)).toBe(100);
  expect(copyRate(copies, 2 ** 15)).toBeCloseTo(55, 12);
  expect(copyRate(copies, 2 ** 20)).toBe(10);
  expect(copyRate(copies, 2 ** 30)).toBe(10);
});

test('a contender says in its name how many threads it has', () => {
  expect(
    ['renyi wasm', 'renyi wasm-2', 'renyi wasm-2 in a scope', 'torch-2', 'gpu.js-cpu', 'js-pytorch'].map(
      threadsOf,
    ),
  ).toEqual([1, 2, 2, 2, 1, 1]);
});

test('the limits stand in a table, absent ones as a dash', () => {
  expect(formatLimits(limits).split('\n')).toEqual([
    'limits: 128-bit arithmetic, NumPy, copies by what they move',
    '             mul, add GFLOP/s  sgemm GFLOP/s  GB/s of 1 KiB  1 MiB',
    '  1 thread               40.0           90.0            100   10.0',
    '  2 threads              80.0              -           15.0',
  ]);
});

test('a page has a row for each limit', () => {
  const cells = [...limitsView(limits).matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    row?.split(/<[^>]+>/).filter((text) => text !== ''),
  );
  expect(cells).toEqual([
    ['128-bit mul and add, GFLOP/s', '40.0', '80.0'],
    ["NumPy's sgemm, GFLOP/s", '90.0', '-'],
    ['copy moving 1 KiB, GB/s', '100', '-'],
    ['copy moving 1 MiB, GB/s', '10.0', '15.0'],
  ]);
});
