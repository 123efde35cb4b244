import { escapeText } from './html.js';
import { threadsText } from './limits/format-limits.js';
import { intensityOf, type Limits, type ThreadLimits } from './limits/limits.js';
import type { GroupRecord } from './record.js';
import { beside, chart, colorOf, decades, line, logScale, percentage, round, spread } from './svg.js';
import { digits, percent } from './table.js';

const height = 360;

interface Point {
  readonly contender: string;
  readonly intensity: number;
  readonly gflops: number;
  readonly isWrong: boolean;
  readonly title: string;
}

/** Scales, and the smallest and the largest of what stands on them. */
interface Plot {
  readonly across: (intensity: number) => number;
  readonly up: (gflops: number) => number;
  readonly intensities: readonly [number, number];
  readonly rates: readonly [number, number];
}

/** A measured limit, as a line of the plot. */
interface Roof {
  readonly name: string;
  readonly dashes?: string;
  /** GFLOP/s of a level one. */
  readonly gflops?: number;
  /** GB/s of a slope. */
  readonly gigabytesPerSecond?: number;
}

/**
 * Each contender's arithmetic over the task's operations per byte, below what was measured as the machine's roofs: a level
 * one for arithmetic, a slope for copies beyond the caches, and a broken slope for those within the first one
 * (S. Williams, A. Waterman and D. Patterson 2009). Empty where no task has both operations and bytes.
 */
export function roofline({ byThreads }: Limits, records: readonly GroupRecord[]): string {
  const points = records.flatMap(pointsOf);
  if (points.length === 0) return '';
  const plot = plotOf(byThreads, points);
  const backends = [...new Set(points.map(({ contender }) => backendOf(contender)))];
  const color = (name: string): string => colorOf(name, backends.indexOf(name));
  // The others first, so that ours lie above.
  const dots = points
    .toSorted((a, b) => Number(isOwn(a)) - Number(isOwn(b)))
    .map((point) => {
      const style = point.isWrong
        ? 'fill:none;stroke:var(--bad);stroke-width:2'
        : `fill:${color(backendOf(point.contender))}`;
      const place = `cx="${percentage(plot.across(point.intensity))}" cy="${round(plot.up(point.gflops))}"`;
      return `<circle ${place} r="${isOwn(point) ? 5 : 3.5}" style="${style}"><title>${escapeText(point.title)}</title></circle>`;
    });
  const names = backends.map(
    (name) => `<span><i style="background:${color(name)}"></i>${escapeText(name)}</span>`,
  );
  const content = [axes(plot), ...byThreads.toReversed().map((own) => roofs(own, plot)), ...dots];
  return `${chart('Roofline plot', { height, kind: 'roofline' }, `${content.join('')}${levels(byThreads, plot)}`)}
<p class="legend">${names.join(' ')}</p>
${byThreads.map(legendOf).join('')}`;
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

function plotOf(byThreads: readonly ThreadLimits[], points: readonly Point[]): Plot {
  const roofs = byThreads.flatMap(roofsOf).map(({ gflops = 0 }) => gflops);
  const ridges = byThreads.map((own) => own.gflops / memoryRate(own));
  const xs = [...points.map(({ intensity }) => intensity), ...ridges];
  const ys = points.map(({ gflops }) => gflops);
  const intensities = [Math.min(...xs) / 2, Math.max(...xs) * 2] as const;
  const rates = [Math.min(...ys) / 2, Math.max(...ys, ...roofs) * 1.5] as const;
  return {
    intensities,
    rates,
    across: logScale(...intensities, 0, 100),
    up: logScale(...rates, height, 0),
  };
}

/** GB/s of copies that no cache holds. */
function memoryRate({ copies }: ThreadLimits): number {
  return copies[copies.length - 1]?.gigabytesPerSecond ?? 1;
}

function roofsOf(own: ThreadLimits): Roof[] {
  const [first] = own.copies;
  return [
    { name: '128-bit', gflops: own.gflops },
    ...(own.sgemm === undefined ? [] : [{ name: 'NumPy sgemm', dashes: '1 3', gflops: own.sgemm }]),
    { name: 'memory', gigabytesPerSecond: memoryRate(own) },
    ...(first === undefined
      ? []
      : [{ name: 'first cache', dashes: '5 4', gigabytesPerSecond: first.gigabytesPerSecond }]),
  ];
}

function axes({ across, up, intensities, rates }: Plot): string {
  const xs = decades(...intensities).map(
    (x) =>
      line(across(x), 0, across(x), height, 'var(--line)') +
      `<text class="soft" x="${percentage(across(x))}" y="${height + 18}" text-anchor="middle">${x}</text>`,
  );
  const ys = decades(...rates).map(
    (y) =>
      line(0, up(y), 100, up(y), 'var(--line)') +
      `<text class="soft" x="-8" y="${round(up(y) + 4)}" text-anchor="end">${y}</text>`,
  );
  const names =
    `<text class="soft" x="50%" y="${height + 36}" text-anchor="middle">operations per byte that must be moved</text>` +
    `<text class="soft" transform="translate(-40 ${height / 2}) rotate(-90)" text-anchor="middle">GFLOP/s</text>`;
  return [...xs, ...ys, names].join('');
}

/** The roofs of so many threads: slopes up to where arithmetic ends them, levels from where a cache can feed them. */
function roofs(own: ThreadLimits, { across, up, intensities: [low, most], rates: [least] }: Plot): string {
  const fed = own.gflops / (own.copies[0]?.gigabytesPerSecond ?? memoryRate(own));
  return roofsOf(own)
    .map(({ gflops, gigabytesPerSecond: rate = 0, dashes }) => {
      if (gflops !== undefined) {
        const from = dashes === undefined ? Math.min(most, fed) : most / 30;
        return line(across(from), up(gflops), 100, up(gflops), inkOf(own), dashes);
      }
      const start = Math.max(low, least / rate);
      const end = Math.max(start, own.gflops / rate);
      return line(across(start), up(start * rate), across(end), up(end * rate), inkOf(own), dashes);
    })
    .join('');
}

/** What the level roofs are, beside them; where they lie close together, at a distance from each other. */
function levels(byThreads: readonly ThreadLimits[], { up }: Plot): string {
  const all = byThreads.flatMap((own) =>
    roofsOf(own).flatMap(({ name, gflops }) => (gflops === undefined ? [] : [{ own, name, gflops }])),
  );
  const heights = spread(
    all.map(({ gflops }) => up(gflops)),
    15,
    0,
  );
  const labels = all.map(({ own, name, gflops }, i) => {
    const at = heights[i] as number;
    return (
      `<path d="M0 ${round(up(gflops))}L10 ${round(at)}" style="fill:none;stroke:${inkOf(own)}"/>` +
      `<text class="level" x="13" y="${round(at + 4)}">${digits(gflops)}<tspan> ${name}, ${threadsText(own.threads)}</tspan></text>`
    );
  });
  return beside(labels.join(''));
}

/** All roofs of so many threads in words, which a narrow page has no room for beside them. */
function legendOf(own: ThreadLimits): string {
  const entries = roofsOf(own).map(({ name, dashes, gflops, gigabytesPerSecond = 0 }) => {
    const style = dashes === undefined ? 'solid' : name.startsWith('NumPy') ? 'dotted' : 'dashed';
    const rate = gflops === undefined ? `${digits(gigabytesPerSecond)} GB/s` : `${digits(gflops)} GFLOP/s`;
    return `<span><i class="key" style="border-top:2px ${style} ${inkOf(own)}"></i>${name} ${rate}</span>`;
  });
  return `<p class="legend">${threadsText(own.threads)}: ${entries.join(' ')}</p>`;
}

function inkOf({ threads }: ThreadLimits): string {
  return threads === 1 ? 'var(--ink)' : 'var(--soft)';
}
