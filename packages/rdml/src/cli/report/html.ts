import { createHash } from 'node:crypto';
import { type Chart, chartRows } from './chart.js';
import { style } from './style.js';

/** What the build makes of the chart library: inlined in every report. */
export interface PageAssets {
  /** Draws the charts of a page. */
  readonly script: string;
  readonly style: string;
  /** The licence of what is in both, as it asks for. */
  readonly license: string;
}

export interface Page {
  readonly title: string;
  /** HTML, from top to bottom. */
  readonly sections: readonly string[];
  readonly charts: readonly Chart[];
}

/** How many rows the table beside a chart has at most. */
const mostRows = 40;

/**
 * A report as one HTML file that needs nothing else: no font, no image, no request. It forbids itself all of that by a
 * policy in which its own script and style are named by their digests, so that nothing in the data can run.
 */
export function pageHtml({ title, sections, charts }: Page, assets: PageAssets): string {
  const styles = `${assets.style}\n${style}`;
  const policy = [
    "default-src 'none'",
    `script-src '${digest(assets.script)}'`,
    `style-src '${digest(styles)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}</title>
<style>${styles}</style>
</head>
<body>
<main>
${sections.join('\n')}
</main>
<script type="application/json" id="charts">${inScript(JSON.stringify(charts))}</script>
<script>${assets.script}</script>
<!--
${assets.license.replaceAll('--', '- -')}
-->
</body>
</html>
`;
}

/** Text as it may stand in HTML and in attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

/** A place for the chart of that number, with the same numbers as a table. */
export function figure(chart: Chart, index: number): string {
  const { title, caption, xLabel, series } = chart;
  const head = [xLabel, ...series.map(({ name }) => name)];
  const rows = chartRows(chart, mostRows).map(([x, ...values]) => [
    chart.xNames?.[chart.x.indexOf(x ?? Number.NaN)] ?? shortNumber(x ?? null),
    ...values.map(shortNumber),
  ]);
  return `<figure data-chart="${index}">
<figcaption><h3>${escapeText(title)}</h3>${caption === undefined ? '' : `<p>${escapeText(caption)}</p>`}</figcaption>
<div class="plot" role="img" aria-label="${escapeText(title)}"></div>
<details><summary>numbers</summary>${table(head, rows)}</details>
</figure>`;
}

/** A table that scrolls by itself where it is wider than the page. Cells are text, not HTML. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${tag}>${escapeText(text)}</${tag}>`).join('')}</tr>`;
  const top = head.length === 0 ? '' : `<thead>${cells('th', head)}</thead>`;
  return `<div class="scroll"><table>${top}<tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table></div>`;
}

/** Names and what they stand for, a line each. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  return `<dl>${pairs.map(([name, text]) => `<div><dt>${escapeText(name)}</dt><dd>${escapeText(text)}</dd></div>`).join('')}</dl>`;
}

function shortNumber(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(5)));
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** JSON that can't end the element that it stands in. */
function inScript(json: string): string {
  return json.replaceAll('<', '\\u003c');
}
