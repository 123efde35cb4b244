import type { Result } from './measure.js';
import { logScale, percentage } from './svg.js';
import { digits } from './table.js';

/**
 * A bar for each of the results that has a ratio, all on one logarithmic axis with a rule at 1; the thin line spans the quartiles.
 * Places are in percent of the room that the page gives.
 */
export function barsOf(results: readonly Result[]): (result: Result) => string {
  const ratios = results.flatMap(({ ratio }) => (ratio !== undefined && ratio > 0 ? [ratio] : []));
  const scale = logScale(Math.min(...ratios, 1) / 2, Math.max(...ratios, 1), 0, 100);
  return ({ contender, ratio, time, status }) => {
    if (ratio === undefined || !(ratio > 0)) return '';
    const end = scale(ratio);
    const [lower, upper] =
      time === undefined
        ? [end, end]
        : [scale((ratio * time.lower) / time.median), scale((ratio * time.upper) / time.median)];
    const whose = status === 'wrong' ? 'wrong' : contender.startsWith('renyi') ? 'own' : 'other';
    return (
      `<div class="bar"><b class="${whose}" style="width:${percentage(end)}"></b>` +
      `<i class="quartiles" style="left:${percentage(lower)};width:${percentage(upper - lower)}"></i>` +
      `<i class="one" style="left:${percentage(scale(1))}"></i>` +
      `<span style="left:${percentage(Math.max(end, upper))}">${digits(ratio)}x</span></div>`
    );
  };
}
