import { bars } from './charts.js';
import { escapeText } from './html.js';
import type { GroupRecord } from './record.js';
import { digits, formatError, percent, rateOf, remarkOf } from './table.js';

/** A group under its title, as bars and below them as figures. */
export function groupView(record: GroupRecord, title: string): string {
  const { results, tolerance, unit } = record;
  const rate = rateOf(record);
  const rows = results.map((result) => {
    const { contender, status, time, ratio, ofLimit, error } = result;
    const own = rate === undefined ? undefined : result[rate.of];
    const cells = [
      contender,
      time === undefined ? '' : `${digits(time.median)} ${unit}`,
      time === undefined ? '' : `${digits(time.lower)} .. ${digits(time.upper)}`,
      ratio === undefined ? '' : `${digits(ratio)}x`,
      own === undefined ? '' : `${digits(own)} ${rate?.unit}`,
      ofLimit === undefined ? '' : percent(ofLimit),
      error === undefined ? '' : formatError(error),
      remarkOf(result, record),
    ];
    return `<tr class="${status}">${cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('')}</tr>`;
  });
  return `<h3>${escapeText(title)}</h3><div class="scroll">${bars(results)}<table>
<tr><th></th><th>median</th><th>quartiles</th><th>ratio</th><th>rate</th><th>of limit</th><th>error (at most ${formatError(tolerance)})</th><th></th></tr>
${rows.join('\n')}</table></div>`;
}
