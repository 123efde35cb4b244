/** What the charts are drawn with. Colors are variables of the page's style, so that they follow light and dark. */

/** From [low, high] to [from, to], logarithmically; what is outside lands at the nearer end. */
export function logScale(low: number, high: number, from: number, to: number): (x: number) => number {
  const span = Math.log(high / low) || 1;
  return (x) => from + (to - from) * Math.min(1, Math.max(0, Math.log(x / low) / span));
}

export function line(x1: number, y1: number, x2: number, y2: number, color: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" style="stroke:var(${color})"/>`;
}

/** The powers of ten from low to high. */
export function decades(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(`1e${first + i}`));
}

/** Heights for labels that keep a distance: from the lowest on the page up, one that would lie on the one below it moves up. */
export function spread(heights: readonly number[], distance: number): number[] {
  const moved = [...heights];
  let free = Number.POSITIVE_INFINITY;
  for (const i of heights.map((_, i) => i).sort((i, j) => (heights[j] as number) - (heights[i] as number))) {
    moved[i] = Math.min(heights[i] as number, free);
    free = (moved[i] as number) - distance;
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
