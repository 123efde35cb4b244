import { align, digits } from '../table.js';
import type { Limits } from './limits.js';

/** The limits as lines of text, one for each number of threads. */
export function formatLimits({ fused, byThreads }: Limits): string {
  const sizes = byThreads[0]?.copies.map(({ bytes }) => formatBytes(bytes)) ?? [];
  const head = ['', fused ? 'multiply-add GFLOP/s' : 'mul, add GFLOP/s', 'sgemm GFLOP/s'];
  const rows = byThreads.map(({ threads, gflops, sgemm, copies }) => [
    `${threads} thread${threads === 1 ? '' : 's'}`,
    digits(gflops),
    sgemm === undefined ? '-' : digits(sgemm),
    ...copies.map(({ gigabytesPerSecond }) => digits(gigabytesPerSecond)),
  ]);
  const lines = align([[...head, ...sizes.map((size, i) => (i === 0 ? `GB/s of ${size}` : size))], ...rows]);
  return [
    'limits: 128-bit arithmetic, NumPy, copies by what they move',
    ...lines.map((line) => `  ${line}`),
  ].join('\n');
}

function formatBytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${Math.round(bytes / 2 ** 10)} KiB`;
}
