import { FormatError } from '@renyi/tensor';
import { textOf, unpacked } from './bytes.js';
import { isNumber } from './cells.js';
import { csvRecords } from './csv-records.js';
import { type TextDataset, textDataset, type TextOptions } from './texts.js';

/**
 * Lines of fastText: `__label__` with a class, then the text. Plain or in gzip.
 * @throws FormatError with the line that has no class, more than one, or one that there is not
 *
 * @example
 * import { readFastText } from '@renyi/nn/data';
 * const file = new TextEncoder().encode('__label__sailing hoist the sail\n__label__cooking add salt\n');
 * const { texts, classNames, labels } = await readFastText(file);
 * console.log(texts[0], classNames, [...labels]); // => hoist the sail [ 'cooking', 'sailing' ] [ 1, 0 ]
 */
export async function readFastText(file: Uint8Array, options: TextOptions = {}): Promise<TextDataset> {
  const entries = await linesOf('readFastText', file);
  const read = entries.map(({ text, line }) => {
    const [, name, rest = ''] = /^__label__(\S+)(?:\s+(.*))?$/su.exec(text) ?? [];
    if (name !== undefined && !/(^|\s)__label__/u.test(rest)) return { text: rest, name, line };
    const got = name === undefined ? 'none' : 'several';
    throw new FormatError('readFastText', {
      expected: 'one __label__ and a text',
      got: `${got} on line ${line}`,
    });
  });
  return textDataset('readFastText', read, options);
}

/**
 * AG-News-style comma-separated values: a class, then one or more cells of text, which are joined by a space; `\n` written out is a
 * line end. A first line of titles is known by having no number where all other lines have one. Plain or in gzip.
 * @throws FormatError with the line, for other numbers of cells than the first line has and what `csvRecords` refuses
 */
export async function readNewsCsv(file: Uint8Array, options: TextOptions = {}): Promise<TextDataset> {
  const text = textOf('readNewsCsv', await unpacked('readNewsCsv', file));
  const entries = [];
  let columns = 0;
  for (const { cells, line } of csvRecords('readNewsCsv', text)) {
    columns ||= cells.length;
    const [name = '', ...parts] = cells;
    if (name === '' || parts.length === 0 || cells.length !== columns) {
      const expected = `a class and ${columns > 1 ? `${columns - 1} cells of` : ''} text`.replace('  ', ' ');
      throw new FormatError('readNewsCsv', { expected, got: `${cells.length} cells on line ${line}` });
    }
    entries.push({ name, text: parts.join(' ').replaceAll('\\n', '\n'), line });
  }
  const [first, ...others] = entries;
  const hasTitles =
    first !== undefined &&
    !isNumber(first.name) &&
    others.length > 0 &&
    others.every(({ name }) => isNumber(name));
  return textDataset('readNewsCsv', hasTitles ? others : entries, options);
}

/**
 * JSON lines: an object on each, with a text and a class (a string or a whole number). Plain or in gzip.
 * @param options.text, options.label what the two are called there; `text` and `label` by default
 * @throws FormatError with the line
 */
export async function readJsonLines(
  file: Uint8Array,
  options: TextOptions & { readonly text?: string; readonly label?: string } = {},
): Promise<TextDataset> {
  const { text: textKey = 'text', label: labelKey = 'label' } = options;
  const entries = (await linesOf('readJsonLines', file)).map(({ text: source, line }) => {
    const record = objectIn(source);
    const text = own(record, textKey);
    const label = own(record, labelKey);
    if (typeof text === 'string' && (typeof label === 'string' || Number.isSafeInteger(label)))
      return { text, name: String(label), line };
    const expected = `an object with "${textKey}" and "${labelKey}"`;
    const got = record === undefined ? 'something else' : 'one without, or of other types';
    throw new FormatError('readJsonLines', { expected, got: `${got} on line ${line}` });
  });
  return textDataset('readJsonLines', entries, options);
}

function objectIn(source: string): object | undefined {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function own(record: object | undefined, key: string): unknown {
  return record !== undefined && Object.hasOwn(record, key)
    ? (record as Record<string, unknown>)[key]
    : undefined;
}

/** Lines that are not empty, without their ends. */
async function linesOf(operation: string, file: Uint8Array): Promise<{ text: string; line: number }[]> {
  const text = textOf(operation, await unpacked(operation, file));
  return text
    .split('\n')
    .map((line, i) => ({ text: line.trim(), line: i + 1 }))
    .filter((line) => line.text !== '');
}
