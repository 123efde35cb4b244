import { escapeText } from './html.js';
import type { Result } from './measure.js';
import { colorOf, line, logScale, round, spread } from './svg.js';
import { digits } from './table.js';

const width = 720;
const labels = 150;
const rowHeight = 20;

/** A bar for each contender that has a ratio, on a logarithmic axis with a rule at 1. */
export function bars(results: readonly Result[]): string {
  const shown = results.filter(({ ratio }) => ratio !== undefined && ratio > 0);
  if (shown.length < 2) return '';
  const ratios = shown.map(({ ratio }) => ratio as number);
  const scale = logScale(Math.min(...ratios, 1) / 2, Math.max(...ratios, 1), labels, width - 60);
  const height = shown.length * rowHeight + 6;
  const rows = shown.map((result, i) => {
    const y = i * rowHeight + 4;
    const { contender, ratio, time, status } = result;
    const [own, end] = [ratio as number, scale(ratio as number)];
    const fill = status === 'wrong' ? '--bad' : contender.startsWith('renyi') ? '--own' : '--other';
    const [lower, upper] =
      time === undefined
        ? [end, end]
        : [scale((own * time.lower) / time.median), scale((own * time.upper) / time.median)];
    const spread = line(lower, y + 7, upper, y + 7, '--ink');
    const label = Math.max(end, upper) + 6;
    return (
      `<text x="${labels - 8}" y="${y + 11}" text-anchor="end">${escapeText(contender)}</text>` +
      `<rect x="${labels}" y="${y}" width="${round(end - labels)}" height="14" style="fill:var(${fill})"/>${spread}` +
      `<text class="soft" x="${round(label)}" y="${y + 11}">${own.toPrecision(3)}x</text>`
    );
  });
  const one = line(scale(1), 0, scale(1), height, '--soft');
  return `<svg viewBox="0 0 ${width} ${height}" role="img">${rows.join('')}${one}</svg>`;
}

/** One line for each contender through its (extent, time) points, both axes logarithmic. */
export function curve(title: string, points: ReadonlyMap<string, readonly [number, number][]>): string {
  const all = [...points.values()].flat();
  if (all.length === 0) return '';
  const height = 260;
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const across = logScale(Math.min(...xs), Math.max(...xs), 60, width - labels);
  const up = logScale(Math.min(...ys), Math.max(...ys), height - 30, 20);
  const ends = [...points.values()].map((own) => own[own.length - 1] as [number, number]);
  const names = spread(
    ends.map(([, y]) => up(y) + 4),
    13,
  );
  const lines = [...points].map(([contender, own], i) => {
    const color = colorOf(contender, i);
    const path = own.map(([x, y]) => `${round(across(x))},${round(up(y))}`).join(' ');
    const [lastX] = ends[i] as [number, number];
    return (
      `<polyline points="${path}" style="fill:none;stroke:${color};stroke-width:2"/>` +
      `<text x="${round(across(lastX) + 6)}" y="${round(names[i] as number)}">${escapeText(contender)}</text>`
    );
  });
  const ticks = [...new Set(xs)].map(
    (x) => `<text class="soft" x="${round(across(x))}" y="${height - 8}" text-anchor="middle">${x}</text>`,
  );
  const sides = [Math.min(...ys), Math.max(...ys)].map(
    (y) => `<text class="soft" x="54" y="${round(up(y) + 4)}" text-anchor="end">${digits(y)}</text>`,
  );
  return `<h3>${escapeText(title)}</h3><div class="scroll"><svg viewBox="0 0 ${width} ${height}" role="img">${[...lines, ...ticks, ...sides].join('')}</svg></div>`;
}
