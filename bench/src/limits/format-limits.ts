import { align, digits } from '../table.js';
import type { Limits, ThreadLimits } from './limits.js';

/** The limits as lines of text, one for each number of threads. */
export function formatLimits({ fused, byThreads }: Limits): string {
  const sizes = byThreads[0]?.copies.map(({ bytes }) => formatBytes(bytes)) ?? [];
  const head = ['', fused ? 'multiply-add GFLOP/s' : 'mul, add GFLOP/s', 'sgemm GFLOP/s'];
  const rows = byThreads.map(({ threads, gflops, sgemm, copies }) => [
    threadsText(threads),
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

/** The same as a table, one row for each limit: so it fits a narrow page. */
export function limitsView({ fused, byThreads }: Limits): string {
  const row = (name: string, figure: (own: ThreadLimits) => number | undefined): string => {
    const cells = byThreads.map((own) => {
      const value = figure(own);
      return `<td>${value === undefined ? '-' : digits(value)}</td>`;
    });
    return `<tr><th scope="row">${name}</th>${cells.join('')}</tr>`;
  };
  const rows = [
    row(`128-bit ${fused ? 'multiply-add' : 'mul and add'}, GFLOP/s`, ({ gflops }) => gflops),
    ...(byThreads.some(({ sgemm }) => sgemm !== undefined)
      ? [row("NumPy's sgemm, GFLOP/s", ({ sgemm }) => sgemm)]
      : []),
    ...(byThreads[0]?.copies ?? []).map(({ bytes }) =>
      row(
        `copy moving ${formatBytes(bytes)}, GB/s`,
        ({ copies }) => copies.find((copy) => copy.bytes === bytes)?.gigabytesPerSecond,
      ),
    ),
  ];
  const head = byThreads.map(({ threads }) => `<th>${threadsText(threads)}</th>`).join('');
  return `<table class="limits"><tr class="head"><th></th>${head}</tr>${rows.join('')}</table>`;
}

export function threadsText(threads: number): string {
  return `${threads} thread${threads === 1 ? '' : 's'}`;
}

function formatBytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${Math.round(bytes / 2 ** 10)} KiB`;
}
