import { barsOf } from './bars.js';
import { escapeText } from './html.js';
import type { Result } from './measure.js';
import type { GroupRecord } from './record.js';
import { digits, formatError, percent, rateOf, remarkOf } from './table.js';

interface Column {
  readonly title: string;
  /** How a narrow page names it, beside the figure; not at all where the unit says it. */
  readonly short?: string;
  readonly cell: (result: Result) => string | undefined;
}

/** A group under its title: a row for each contender, with its bar and its figures. A narrow page has the figures below the bar. */
export function groupView(record: GroupRecord, title: string): string {
  const { results } = record;
  const columns = columnsOf(record).filter(({ cell }) =>
    results.some((result) => cell(result) !== undefined),
  );
  const bar = barsOf(results);
  const rows = results.map((result) => {
    const { contender, status, time } = result;
    const remark = escapeText(remarkOf(result, record));
    const cells =
      time === undefined
        ? `<td class="remark" colspan="${columns.length + 2}">${remark}</td>`
        : `<td class="bars">${bar(result)}</td>` +
          columns.map((column) => cellOf(column, result)).join('') +
          `<td class="remark">${remark}</td>`;
    return `<tr class="${status}"><th scope="row">${escapeText(contender)}</th>${cells}</tr>`;
  });
  const head = columns.map((column) => `<th>${escapeText(column.title)}</th>`).join('');
  return `<h3>${escapeText(title)}</h3><table class="contest">
<tr class="head"><th></th><th class="bars">ratio</th>${head}<th></th></tr>
${rows.join('\n')}</table>`;
}

function cellOf({ short, cell }: Column, result: Result): string {
  const title = short === undefined ? '' : ` data-title="${short}"`;
  return `<td${title}>${escapeText(cell(result) ?? '')}</td>`;
}

function columnsOf(record: GroupRecord): Column[] {
  const { unit, tolerance } = record;
  const rate = rateOf(record);
  return [
    { title: 'median', cell: ({ time }) => time && `${digits(time.median)} ${unit}` },
    {
      title: 'quartiles',
      short: 'quartiles',
      cell: ({ time }) => time && `${digits(time.lower)} .. ${digits(time.upper)}`,
    },
    {
      title: 'rate',
      cell: (result) => {
        const own = rate && result[rate.of];
        return own === undefined ? undefined : `${digits(own)} ${rate?.unit}`;
      },
    },
    {
      title: 'of limit',
      short: 'of limit',
      cell: ({ ofLimit }) => (ofLimit === undefined ? undefined : percent(ofLimit)),
    },
    {
      title: `error (at most ${formatError(tolerance)})`,
      short: 'error',
      cell: ({ error }) => (error === undefined ? undefined : formatError(error)),
    },
  ];
}
