import { escapeText } from './html.js';
import { beside, chart, colorOf, line, logScale, percentage, round, spread } from './svg.js';
import { digits } from './table.js';

const height = 220;

/** One line for each contender through its (extent, time) points, both axes logarithmic. */
export function curve(title: string, points: ReadonlyMap<string, readonly [number, number][]>): string {
  const all = [...points.values()].flat();
  if (all.length === 0) return '';
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const [least, most] = [Math.min(...ys), Math.max(...ys)];
  const across = logScale(Math.min(...xs), Math.max(...xs), 0, 100);
  const up = logScale(least, most, height, 0);
  const heights = spread(
    [...points.values()].map((own) => up((own[own.length - 1] as [number, number])[1])),
    15,
    0,
  );
  const lines = [...points].map(([contender, own], i) => {
    const color = colorOf(contender, i);
    const parts = own.slice(1).map(([x, y], j) => {
      const [fromX, fromY] = own[j] as [number, number];
      return line(across(fromX), up(fromY), across(x), up(y), color);
    });
    const dots = own.map(
      ([x, y]) =>
        `<circle cx="${percentage(across(x))}" cy="${round(up(y))}" r="2.5" style="fill:${color}"/>`,
    );
    const at = heights[i] as number;
    const name =
      `<circle cx="14" cy="${round(at)}" r="4" style="fill:${color}"/>` +
      `<text x="22" y="${round(at + 4)}">${escapeText(contender)}</text>`;
    return `<g class="curve">${parts.join('')}${dots.join('')}${beside(name)}</g>`;
  });
  const ticks = [...new Set(xs)].map(
    (x) =>
      line(across(x), 0, across(x), height, 'var(--line)') +
      `<text class="soft" x="${percentage(across(x))}" y="${height + 18}" text-anchor="middle">${x}</text>`,
  );
  const sides = [least, most].map(
    (y) => `<text class="soft" x="-10" y="${round(up(y) + 4)}" text-anchor="end">${digits(y)}</text>`,
  );
  const letters = Math.max(...[...points.keys()].map((name) => name.length));
  const frame = { height, letters, kind: 'curves' };
  return `<h3>${escapeText(title)}</h3>${chart(title, frame, [...ticks, ...lines, ...sides].join(''))}`;
}
