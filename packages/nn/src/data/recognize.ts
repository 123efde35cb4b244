import { FormatError } from '@renyi/tensor';
import { unpacked } from './bytes.js';
import { isNumber } from './cells.js';
import { csvRecords } from './csv-records.js';
import { type DataFile, inFile } from './data-file.js';
import type { KnownFile } from './found.js';
import { looksLikeIdx } from './idx.js';
import { looksLikePng } from './images/png-chunks.js';
import { looksLikePnm } from './images/pnm.js';
import { looksLikeTar } from './tar.js';

/** What a file can be: arrays, tables, texts, or one of a folder of images. */
export type DataFormat =
  | 'idx'
  | 'cifar'
  | 'npy'
  | 'npz'
  | 'csv'
  | 'fasttext'
  | 'news-csv'
  | 'json-lines'
  | 'images';

/** A file of data after its first look. */
export interface Recognized {
  readonly format: DataFormat;
  /** No longer in gzip. */
  readonly bytes: Uint8Array;
}

/** Stands for any byte. */
const any = '\u0100';
const toPng = 'Convert the images to PNG, as `mogrify -format png *` does, or give `decode`';
const unpack = 'Unpack it, or pack it with gzip';

/** How formats begin that are not read here, a character for a byte, and what to do about it. */
const foreign: readonly (readonly [name: string, starts: readonly string[], remedy: string])[] = [
  ['a JPEG image', ['\xff\xd8\xff'], toPng],
  ['a GIF image', ['GIF87a', 'GIF89a'], toPng],
  ['a WebP image', [`RIFF${any.repeat(4)}WEBP`], toPng],
  ['a BMP image', [`BM${any.repeat(4)}\0\0\0\0`], toPng],
  ['a TIFF image', ['II*\0', 'MM\0*'], toPng],
  [
    'a Python pickle',
    ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'],
    'Pickles are code and never read: save the arrays with numpy.savez',
  ],
  ['an HDF5 file', ['\x89HDF'], 'Save the arrays with numpy.savez'],
  ['a Parquet file', ['PAR1'], 'Save the table as CSV or as JSON lines'],
  ['text in UTF-16', ['\xff\xfe', '\xfe\xff'], 'Save it in UTF-8'],
  ['a file packed by bzip2', ['BZh'], unpack],
  ['a file packed by xz', ['\xfd7zXZ\0'], unpack],
  ['a file packed by zstd', ['\x28\xb5\x2f\xfd'], unpack],
];

function begins(bytes: Uint8Array, start: string): boolean {
  if (bytes.length < start.length) return false;
  return Array.from(start).every((character, i) => character === any || character.charCodeAt(0) === bytes[i]);
}

/** What a format is called that is not read here, and the remedy; undefined for one that may be. */
export function foreignFormat(
  bytes: Uint8Array,
): { readonly name: string; readonly remedy: string } | undefined {
  const found = foreign.find(([, starts]) => starts.some((start) => begins(bytes, start)));
  return found && { name: found[0], remedy: found[2] };
}

/**
 * Which format a file has, told by its content alone, in gzip or not: names are not looked at.
 * @throws FormatError for an empty file, for gzip that is damaged, and for other formats, the usual ones by their names and with a remedy
 *
 * @example
 * import { recognize } from '@renyi/nn/data';
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * console.log(await recognize(bytes('__label__a some words\n')), await recognize(bytes('1,2,a\n3,4,b\n'))); // => fasttext csv
 */
export async function recognize(file: Uint8Array): Promise<DataFormat> {
  return (await recognized('recognize', file)).format;
}

/**
 * A file with its format, and its bytes unpacked: `readData` does not look at it again.
 * @throws FormatError as `recognize` does, with the name of the file
 */
export async function recognizeFile({ name, bytes }: DataFile): Promise<KnownFile> {
  return { name, ...(await inFile('recognize', name, () => recognized('recognize', bytes))) };
}

/** `recognize` in the name of another operation, with the bytes that it has unpacked. */
export async function recognized(operation: string, file: Uint8Array): Promise<Recognized> {
  const bytes = await unpacked(operation, file);
  const format = binaryFormat(bytes) ?? (isText(bytes) ? textFormat(operation, bytes) : undefined);
  if (format !== undefined) return { format, bytes };
  const other = foreignFormat(bytes);
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw new FormatError(operation, {
    expected: 'IDX, CIFAR, npy, npz, CSV, lines of fastText, JSON lines, PNG or PNM',
    got: bytes.length === 0 ? 'an empty file' : (other?.name ?? `a file that begins with ${start}`),
    ...(other !== undefined && { remedy: other.remedy }),
  });
}

function binaryFormat(bytes: Uint8Array): DataFormat | undefined {
  if (looksLikeIdx(bytes)) return 'idx';
  if (looksLikePng(bytes) || looksLikePnm(bytes)) return 'images';
  if (begins(bytes, '\x93NUMPY')) return 'npy';
  if (begins(bytes, 'PK\x03\x04') || begins(bytes, 'PK\x05\x06')) return 'npz';
  if (looksLikeTar(bytes) || hasCifarRecords(bytes)) return 'cifar';
  return undefined;
}

/** CIFAR's records begin with a label, 0 to 9, or with two, 0 to 19 and 0 to 99; nothing else marks them. */
function hasCifarRecords(bytes: Uint8Array): boolean {
  return [[10], [20, 100]].some((limits) => {
    const record = limits.length + 3072;
    if (bytes.length === 0 || bytes.length % record !== 0) return false;
    for (let at = 0; at < bytes.length; at += record)
      if (limits.some((limit, i) => (bytes[at + i] as number) >= limit)) return false;
    return true;
  });
}

/** Whether the first bytes can be those of a text: none that controls anything but spaces and line ends. */
function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 1024);
  const isControl = (byte: number): boolean => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d);
  return bytes.length > 0 && foreignFormat(bytes) === undefined && !head.some(isControl);
}

function textFormat(operation: string, bytes: Uint8Array): DataFormat {
  // What a format is shows at its start. A character that is cut there does no harm.
  const text = new TextDecoder('utf-8', { fatal: false }).decode(bytes.subarray(0, 2 ** 20));
  const start = text.trimStart();
  if (start.startsWith('__label__')) return 'fasttext';
  if (start.startsWith('{')) return 'json-lines';
  if (start.startsWith('[')) {
    const remedy = 'Write one object on each line, without brackets and commas around them';
    throw new FormatError(operation, { expected: 'JSON lines', got: 'an array in JSON', remedy });
  }
  return hasTexts(text) ? 'news-csv' : 'csv';
}

/** How many lines are looked at. */
const sampleSize = 100;

/**
 * Whether comma-separated values are texts with a class, and not numbers with one. A column whose cells are mostly no numbers holds
 * names or texts: two of them, or one of several words whose cells seldom occur twice, are not the classes of rows of numbers.
 */
function hasTexts(text: string): boolean {
  const rows: (readonly string[])[] = [];
  try {
    for (const { cells } of csvRecords('recognize', text)) {
      rows.push(cells);
      if (rows.length > sampleSize) break;
    }
  } catch {
    // Whoever reads all of it says what is wrong, and where.
  }
  const [first = [], ...others] = rows;
  const isTitle = others.length > 0 && first.every((cell) => cell !== '' && !isNumber(cell));
  const counted = isTitle ? others : rows;
  const wordy = first
    .map((_, column) =>
      counted.map((cells) => cells[column] ?? '').filter((cell) => cell !== '' && !isNumber(cell)),
    )
    .filter((words) => 2 * words.length > counted.length);
  if (wordy.length !== 1) return wordy.length > 1;
  const [words = []] = wordy;
  return (
    first.length > 1 && words.some((cell) => cell.includes(' ')) && 2 * new Set(words).size > words.length
  );
}
