import { escapeText } from './html.js';
import { intensityOf, type Limits, type ThreadLimits } from './limits/limits.js';
import type { GroupRecord } from './record.js';
import { colorOf, decades, line, logScale, round, spread } from './svg.js';
import { digits, percent } from './table.js';

const [width, height] = [720, 420];
const edge = { left: 54, right: 12, top: 14, bottom: 44 };

interface Point {
  readonly contender: string;
  readonly intensity: number;
  readonly gflops: number;
  readonly isWrong: boolean;
  readonly title: string;
}

interface Plot {
  readonly across: (intensity: number) => number;
  readonly up: (gflops: number) => number;
  /** The corner at the lower left, and the largest intensity. */
  readonly low: { readonly intensity: number; readonly gflops: number };
  readonly most: number;
}

/**
 * Each contender's arithmetic over the task's operations per byte, below what was measured as the machine's roofs: a level
 * one for arithmetic, a slope for copies beyond the caches, and a broken slope for those within the first one
 * (S. Williams, A. Waterman and D. Patterson 2009). Empty where no task has both operations and bytes.
 */
export function roofline(limits: Limits, records: readonly GroupRecord[]): string {
  const points = records.flatMap(pointsOf);
  if (points.length === 0) return '';
  const plot = plotOf(limits, points);
  const backends = [...new Set(points.map(({ contender }) => backendOf(contender)))];
  const color = (name: string): string => colorOf(name, backends.indexOf(name));
  // The others first, so that ours lie above.
  const dots = points
    .toSorted((a, b) => Number(isOwn(a)) - Number(isOwn(b)))
    .map((point) => {
      const style = point.isWrong
        ? 'fill:none;stroke:var(--bad);stroke-width:2'
        : `fill:${color(backendOf(point.contender))}`;
      const place = `cx="${round(plot.across(point.intensity))}" cy="${round(plot.up(point.gflops))}"`;
      return `<circle ${place} r="${isOwn(point) ? 5 : 3.5}" style="${style}"><title>${escapeText(point.title)}</title></circle>`;
    });
  const legend = backends.map(
    (name) => `<span><i style="background:${color(name)}"></i>${escapeText(name)}</span>`,
  );
  const slopes = limits.byThreads.toReversed().map((own) => slopesOf(own, plot));
  return `<div class="scroll"><svg class="wide" viewBox="0 0 ${width} ${height}" role="img" aria-label="Roofline plot">${axes(plot)}${slopes.join('')}${dots.join('')}${levels(limits, plot)}</svg></div>
<p class="legend">${legend.join(' ')}</p>`;
}

/** However it was called: in a scope or outside. */
function backendOf(contender: string): string {
  return contender.replace(' in a scope', '');
}

function isOwn({ contender }: Point): boolean {
  return contender.startsWith('renyi');
}

function pointsOf(record: GroupRecord): Point[] {
  const intensity = intensityOf(record);
  if (intensity === undefined) return [];
  return record.results.flatMap(({ contender, gflops, ofLimit, status }) => {
    if (gflops === undefined) return [];
    const share = ofLimit === undefined ? '' : `, ${percent(ofLimit)} of the limit`;
    const title = `${contender}: ${record.group}: ${digits(gflops)} GFLOP/s${share}`;
    return [{ contender, intensity, gflops, isWrong: status === 'wrong', title }];
  });
}

function plotOf({ byThreads }: Limits, points: readonly Point[]): Plot {
  const ridges = byThreads.map((own) => own.gflops / memoryRate(own));
  const xs = [...points.map(({ intensity }) => intensity), ...ridges];
  const ys = [
    ...points.map(({ gflops }) => gflops),
    ...byThreads.flatMap((own) => [own.gflops, own.sgemm ?? 0]),
  ];
  const low = {
    intensity: Math.min(...xs) / 2,
    gflops: Math.min(...points.map(({ gflops }) => gflops)) / 2,
  };
  const most = Math.max(...xs) * 2;
  return {
    low,
    most,
    across: logScale(low.intensity, most, edge.left, width - edge.right),
    up: logScale(low.gflops, Math.max(...ys) * 1.5, height - edge.bottom, edge.top),
  };
}

/** GB/s of copies that no cache holds. */
function memoryRate({ copies }: ThreadLimits): number {
  return copies[copies.length - 1]?.gigabytesPerSecond ?? 1;
}

function axes({ across, up, low, most }: Plot): string {
  const bottom = height - edge.bottom;
  const highest = [1e-3, 1e5].map((gflops) => up(gflops));
  const xs = decades(low.intensity, most).map(
    (x) =>
      line(across(x), edge.top, across(x), bottom, '--line') +
      `<text class="soft" x="${round(across(x))}" y="${bottom + 16}" text-anchor="middle">${x}</text>`,
  );
  const ys = decades(1e-3, 1e5)
    .filter((y) => !highest.includes(up(y)))
    .map(
      (y) =>
        line(edge.left, up(y), width - edge.right, up(y), '--line') +
        `<text class="soft" x="${edge.left - 6}" y="${round(up(y) + 4)}" text-anchor="end">${y}</text>`,
    );
  const names =
    `<text class="soft" x="${width / 2}" y="${height - 8}" text-anchor="middle">operations per byte that must be moved</text>` +
    `<text class="soft" transform="translate(12 ${height / 2}) rotate(-90)" text-anchor="middle">GFLOP/s</text>`;
  return [...xs, ...ys, names].join('');
}

/** What copies of so many threads allow: beyond the caches, and broken within the first one. */
function slopesOf(own: ThreadLimits, { across, up, low }: Plot): string {
  const slope = (rate: number, dashes: string, name: string): string => {
    const start = Math.max(low.intensity, low.gflops / rate);
    const end = Math.max(start, own.gflops / rate);
    const from = [across(start), up(start * rate)] as const;
    const to = [across(end), up(Math.max(start * rate, own.gflops))] as const;
    const angle = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
    const turned = `translate(${round(from[0] + 14)} ${round(from[1] - 20)}) rotate(${round(angle)})`;
    const label = `<text class="soft" transform="${turned}">${name} ${digits(rate)} GB/s</text>`;
    const style = `fill:none;stroke:var(${inkOf(own)});stroke-dasharray:${dashes}`;
    const points = [from, to].map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
    return `<polyline points="${points}" style="${style}"/>${own.threads === 1 ? label : ''}`;
  };
  const [first] = own.copies;
  const cache = first === undefined ? '' : slope(first.gigabytesPerSecond, '4 4', 'cache');
  return slope(memoryRate(own), 'none', 'memory') + cache;
}

/** What arithmetic allows: 128-bit vectors from where a cache can feed them, and NumPy's product. */
function levels({ byThreads }: Limits, { across, up, most }: Plot): string {
  const right = width - edge.right;
  const all = byThreads.flatMap((own) => {
    const threads = own.threads === 1 ? '1 thread' : `${own.threads} threads`;
    const fed = own.gflops / (own.copies[0]?.gigabytesPerSecond ?? memoryRate(own));
    const ink = inkOf(own);
    const arithmetic = {
      gflops: own.gflops,
      from: Math.min(most, fed),
      dashes: 'none',
      ink,
      name: `128-bit, ${threads}`,
    };
    return own.sgemm === undefined
      ? [arithmetic]
      : [
          arithmetic,
          { gflops: own.sgemm, from: most / 30, dashes: '1 3', ink, name: `NumPy sgemm, ${threads}` },
        ];
  });
  const labels = spread(
    all.map(({ gflops }) => up(gflops) - 4),
    14,
  );
  return all
    .map(({ gflops, from, dashes, ink, name }, i) => {
      const style = `fill:none;stroke:var(${ink});stroke-dasharray:${dashes}`;
      return (
        `<path d="M${round(across(from))} ${round(up(gflops))}H${right}" style="${style}"/>` +
        `<text class="level" x="${right}" y="${round(labels[i] as number)}" text-anchor="end">${name} ${digits(gflops)}</text>`
      );
    })
    .join('');
}

function inkOf({ threads }: ThreadLimits): string {
  return threads === 1 ? '--ink' : '--soft';
}
