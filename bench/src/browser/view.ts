import { bars } from '../charts.js';
import { escapeText } from '../html.js';
import type { GroupRecord } from '../record.js';
import type { BrowserFingerprint } from './run.js';

/** Where the run takes place; software that stands in for a GPU is named as such. */
export function fingerprintView(browser: BrowserFingerprint): string {
  const { userAgent, cores, memory, isIsolated, adapters, missing } = browser;
  const facts = [
    userAgent,
    `${cores} cores`,
    ...(memory === undefined ? [] : [`at least ${memory} GiB`]),
    isIsolated ? 'isolated' : 'not isolated: the clock is coarse',
  ];
  const lines = adapters.map(({ mode, renderer, isHardware }) => {
    const warning = isHardware
      ? ''
      : ' <strong class="bad">a software adapter: its times say nothing of a GPU</strong>';
    return `<li>${escapeText(`${mode}: ${renderer}`)}${warning}</li>`;
  });
  const absent = missing.map((reason) => `<li class="soft">${escapeText(reason)}</li>`);
  return `<p>${escapeText(facts.join('; '))}</p><ul>${[...lines, ...absent].join('')}</ul>`;
}

/** A group as bars, and below them its figures. */
export function groupView({ suite, group, unit, tolerance, results }: GroupRecord): string {
  const rows = results.map((result) => {
    const { contender, status, message, time, ratio, gflops, gigabytesPerSecond, error } = result;
    const cells = [
      contender,
      time === undefined ? '' : `${digits(time.median)} ${unit}`,
      time === undefined ? '' : `${digits(time.lower)} .. ${digits(time.upper)}`,
      ratio === undefined ? '' : `${digits(ratio)}x`,
      gflops === undefined ? '' : `${digits(gflops)} GFLOP/s`,
      gigabytesPerSecond === undefined ? '' : `${digits(gigabytesPerSecond)} GB/s`,
      error === undefined ? '' : error.toExponential(1),
      status === 'ok' ? '' : `${status.toUpperCase()}${message === undefined ? '' : `: ${message}`}`,
    ];
    return `<tr class="${status}">${cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('')}</tr>`;
  });
  const head = [
    '',
    'median',
    'quartiles',
    'ratio',
    '',
    '',
    `error (at most ${tolerance.toExponential(1)})`,
    '',
  ];
  return `<section><h3>${escapeText(`${suite}: ${group}`)}</h3>${bars(results)}<div class="scroll"><table>
<tr>${head.map((cell) => `<th>${escapeText(cell)}</th>`).join('')}</tr>${rows.join('')}</table></div></section>`;
}

function digits(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(3);
}
