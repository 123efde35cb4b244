import { FormatError } from '@renyi/tensor';
import type { Cells } from './cells.js';

/** The cells of a record, and the line on which it begins. */
export interface CsvRecord {
  readonly cells: Cells;
  readonly line: number;
}

/**
 * Comma-separated values as RFC 4180 has them: cells in quotes may hold commas, line ends and, doubled, quotes. Lines end with LF or
 * CRLF; empty ones are passed over; spaces around cells without quotes do not count.
 * @throws FormatError with the line, for a quote that is not closed or not around the whole cell
 */
export function* csvRecords(operation: string, text: string): Generator<CsvRecord> {
  let at = 0;
  let line = 1;
  const fault = (got: string): FormatError =>
    new FormatError(operation, {
      expected: 'comma-separated values',
      got: `${got} on line ${line}`,
      remedy: 'Quotes, if any, must enclose whole cells, and be doubled inside',
    });

  function quoted(): string {
    let cell = '';
    let breaks = 0;
    for (;;) {
      const end = text.indexOf('"', at);
      if (end < 0) throw fault('a quote that is not closed');
      const part = text.slice(at, end);
      cell += part;
      breaks += part.split('\n').length - 1;
      at = end + 1;
      if (text[at] !== '"') break;
      cell += '"';
      at += 1;
    }
    while (text[at] === ' ') at += 1;
    if (at < text.length && !/[,\r\n]/.test(text[at] as string)) throw fault('text after a closing quote');
    line += breaks;
    return cell;
  }

  function plain(): string {
    let end = at;
    while (end < text.length && text[end] !== ',' && text[end] !== '\n') end += 1;
    const cell = text.slice(at, end);
    if (cell.includes('"')) throw fault('a quote inside a cell');
    at = end;
    return cell.trim();
  }

  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    for (;;) {
      while (text[at] === ' ') at += 1;
      if (text[at] === '"') {
        at += 1;
        cells.push(quoted());
      } else cells.push(plain());
      if (text[at] !== ',') break;
      at += 1;
    }
    if (text[at] === '\r') at += 1;
    if (at < text.length && text[at] !== '\n') throw fault('a carriage return inside a line');
    at += 1;
    line += 1;
    if (cells.length > 1 || cells[0] !== '') yield { cells, line: start };
  }
}
