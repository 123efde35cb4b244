import { bars, curve } from './charts.js';
import { escapeText } from './html.js';
import { formatMachine } from './machine.js';
import { formatLimits } from './limits/format-limits.js';
import type { GroupRecord, RunRecord } from './record.js';
import { roofline } from './roofline.js';
import { digits, formatError, percent, rateOf } from './table.js';

/**
 * The results as one HTML file that needs nothing else: no script, no font, no image from anywhere. For each group a bar
 * for each contender's time relative to the first; for groups that differ in one extent alone, the curve of growth.
 */
export function formatPage(run: RunRecord): string {
  const suites = [...new Set(run.records.map(({ suite }) => suite))];
  const sections = suites.map((suite) => {
    const records = run.records.filter((record) => record.suite === suite);
    const curves = growthOf(records).map(({ title, points }) => curve(title, points));
    return `<section id="${escapeText(suite)}"><h2>${escapeText(suite)}</h2>${records.map(group).join('')}${curves.join('')}</section>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Benchmarks</title>
<style>${style}</style>
<h1>Benchmarks</h1>
<p>${escapeText(formatMachine(run.machine))}; ${escapeText(run.date)}. Bars show the median time as a multiple of the first
contender's, on a logarithmic scale: shorter is faster. The thin line spans the quartiles. Compare within a run only.</p>
<nav>${suites.map((suite) => `<a href="#${escapeText(suite)}">${escapeText(suite)}</a>`).join(' ')}</nav>
${limitsOf(run)}
${sections.join('\n')}
</html>
`;
}

/** The measured limits, and the roofline plot below them. */
function limitsOf({ limits, records }: RunRecord): string {
  if (limits === undefined) return '';
  return `<section><h2>Limits</h2><div class="scroll"><pre>${escapeText(formatLimits(limits))}</pre></div>
<p>Below, each task that has both operations and bytes, for each contender (large dots: this library). The level line is
128-bit arithmetic in registers, the slope a copy beyond the caches, the broken one a copy within the first cache.</p>
${roofline(limits, records)}</section>`;
}

function group(record: GroupRecord): string {
  const { results, tolerance, unit } = record;
  const rate = rateOf(record);
  const rows = results.map(({ contender, status, message, time, ratio, ofLimit, error, ...rates }) => {
    const own = rate === undefined ? undefined : rates[rate.of];
    const remark = time === undefined ? `${status}: ${message ?? ''}` : status === 'wrong' ? 'wrong' : '';
    const cells = [
      contender,
      time === undefined ? '' : `${digits(time.median)} ${unit}`,
      ratio === undefined ? '' : `${digits(ratio)}x`,
      own === undefined ? '' : `${digits(own)} ${rate?.unit}`,
      ofLimit === undefined ? '' : percent(ofLimit),
      error === undefined ? '' : formatError(error),
      remark,
    ];
    return `<tr class="${status}">${cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('')}</tr>`;
  });
  return `<h3>${escapeText(record.group)}</h3><div class="scroll">${bars(results)}<table>
<tr><th></th><th>median</th><th>ratio</th><th>rate</th><th>of limit</th><th>error (at most ${formatError(tolerance)})</th><th></th></tr>
${rows.join('\n')}</table></div>`;
}

/** Groups of one kind (`batch: ...`) as curves: what they were given against how long it took. */
function growthOf(
  records: readonly GroupRecord[],
): { title: string; points: Map<string, [number, number][]> }[] {
  const kinds = [...new Set(records.map(({ growth }) => growth?.of).filter((of) => of !== undefined))];
  return kinds.map((kind) => {
    const points = new Map<string, [number, number][]>();
    for (const { growth, results } of records) {
      if (growth === undefined || growth.of !== kind) continue;
      for (const { contender, time } of results) {
        if (time === undefined) continue;
        const own = points.get(contender) ?? [];
        own.push([growth.extent, time.median]);
        points.set(contender, own);
      }
    }
    return { title: `${kind} against time (${records[0]?.unit}), both logarithmic`, points };
  });
}

const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#6b7480;--line:#d5dae0;--own:#2563c9;--own2:#0f9d8f;--other:#9aa5b1;--bad:#c2412d}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--paper:#14171b;--soft:#98a2ae;--line:#333a42;--own:#6ea2ff;--own2:#3fd0c0;--other:#66707c;--bad:#ff8a73}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:1.5rem 0 .25rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.85rem}
td,th{padding:.1rem .7rem .1rem 0;text-align:right;white-space:nowrap;color:var(--soft);font-weight:400}
td:first-child,td:last-child{text-align:left;color:var(--ink)}.wrong td:last-child,.failed td:last-child{color:var(--bad)}
svg{display:block;width:100%;height:auto;min-width:34rem}.wide{max-height:34rem}nav a{margin-right:.7rem;color:var(--own)}pre{font-size:.8rem}
.legend{font-size:.85rem}.legend span{margin-right:1rem;white-space:nowrap}.legend i{display:inline-block;width:.7rem;height:.7rem;border-radius:50%;margin-right:.3rem}
svg text{font:12px system-ui,sans-serif;fill:var(--ink)}svg .soft,svg .level{fill:var(--soft)}svg .level{paint-order:stroke;stroke:var(--paper);stroke-width:3px}
`;
