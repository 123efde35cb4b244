/*
 * What the charts are drawn with. A chart is as wide as the page lets it be: across, everything is in percent of its width, up and
 * down in px, so that text and lines stay as large as they are. What stands beside it is in its margins. Colors are variables of the
 * page's style, so that they follow light and dark.
 */
import { escapeText } from './html.js';

interface Frame {
  /** In px. */
  readonly height: number;
  /** The length of the longest label beside it; where nothing is said, the page's style knows. */
  readonly letters?: number;
  readonly kind: string;
}

/** A chart with its name for who does not see it. */
export function chart(name: string, { height, letters, kind }: Frame, content: string): string {
  // A letter is 0.55 of its size at the most, on average; before the first one is a dot.
  const room = letters === undefined ? '' : `;--beside:${Math.ceil(26 + 0.55 * 12 * letters)}px`;
  return `<svg class="chart ${kind}" style="height:${height}px${room}" role="img" aria-label="${escapeText(name)}">${content}</svg>`;
}

/** What stands beside a chart, to its right: from there on, across is in px too. */
export function beside(content: string): string {
  return `<svg x="100%">${content}</svg>`;
}

/** From [low, high] to [from, to], logarithmically; what is outside lands at the nearer end. */
export function logScale(low: number, high: number, from: number, to: number): (x: number) => number {
  const span = Math.log(high / low) || 1;
  return (x) => from + (to - from) * Math.min(1, Math.max(0, Math.log(x / low) / span));
}

/** From one place to another, across in percent. */
export function line(x1: number, y1: number, x2: number, y2: number, color: string, dashes?: string): string {
  const broken = dashes === undefined ? '' : `;stroke-dasharray:${dashes}`;
  return `<line x1="${percentage(x1)}" y1="${round(y1)}" x2="${percentage(x2)}" y2="${round(y2)}" style="stroke:${color}${broken}"/>`;
}

/** The powers of ten from low to high. */
export function decades(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(`1e${first + i}`));
}

/**
 * Heights for labels that keep a distance: from the lowest on the page up, one that would lie on the one below it moves up; where that
 * leads beyond the top, all that are in the way move down.
 */
export function spread(heights: readonly number[], distance: number, top: number): number[] {
  const moved = [...heights];
  const upwards = heights.map((_, i) => i).sort((i, j) => (heights[j] as number) - (heights[i] as number));
  let free = Number.POSITIVE_INFINITY;
  for (const i of upwards) {
    moved[i] = Math.min(heights[i] as number, free);
    free = (moved[i] as number) - distance;
  }
  free = top;
  for (const i of upwards.toReversed()) {
    moved[i] = Math.max(moved[i] as number, free);
    free = (moved[i] as number) + distance;
  }
  return moved;
}

/** Our own backends in their own colors, the others spread over the circle of hues. */
export function colorOf(contender: string, position: number): string {
  if (!contender.startsWith('renyi')) return `hsl(${(position * 67) % 360} 45% 55%)`;
  return contender.includes('reference')
    ? 'var(--soft)'
    : /-\d/.test(contender)
      ? 'var(--own2)'
      : 'var(--own)';
}

export function round(x: number): string {
  return x.toFixed(1);
}

export function percentage(x: number): string {
  return `${x.toFixed(2)}%`;
}
