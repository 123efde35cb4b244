import { curve } from './charts.js';
import { groupView } from './group-view.js';
import { escapeText, pageStyle } from './html.js';
import { formatMachine } from './machine.js';
import { limitsView } from './limits/format-limits.js';
import type { GroupRecord, RunRecord } from './record.js';
import { roofline } from './roofline.js';

/**
 * The results as one HTML file that needs nothing else: no script, no font, no image from anywhere. For each group a bar
 * for each contender's time relative to the first; for groups that differ in one extent alone, the curve of growth.
 */
export function formatPage(run: RunRecord): string {
  const suites = [...new Set(run.records.map(({ suite }) => suite))];
  const sections = suites.map((suite) => {
    const records = run.records.filter((record) => record.suite === suite);
    const curves = growthOf(records).map(({ title, points }) => curve(title, points));
    return `<section id="${escapeText(suite)}"><h2>${escapeText(suite)}</h2>${records.map((record) => groupView(record, record.group)).join('')}${curves.join('')}</section>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Benchmarks</title>
<style>${pageStyle}</style>
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
  return `<section><h2>Limits</h2>
${limitsView(limits)}
<p>Below, each task that has both operations and bytes, for each contender (large dots: this library). The level lines are
128-bit arithmetic in registers and NumPy's product, the slope a copy beyond the caches, the broken one a copy within the first cache.</p>
${roofline(limits, records)}</section>`;
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
