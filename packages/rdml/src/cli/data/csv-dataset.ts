import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Dataset } from '@renyi/nn';
import { type CsvContent, CsvRows, type CsvRowsOptions } from '@renyi/nn/data';
import { FormatError, TensorError } from '@renyi/tensor';
import { CsvError, parse } from 'csv-parse';
import { codeOf } from '../../node.js';
import type { LoadedData } from './loaded-data.js';

/** A line longer than this is no line of numbers: the file is of another kind. */
const largestRow = 16 * 1024 * 1024;

interface CsvOptions extends CsvRowsOptions {
  /** Those of the file, where they were read already. */
  readonly bytes?: Uint8Array | undefined;
}

/**
 * The rows of a file of comma-separated values: numeric features, and a column of classes. A first line of names is
 * skipped. Compressed files are known by their first bytes.
 *
 * The file is read as a stream: what is wrong with it is said at the first line that is wrong.
 * @throws FormatError with the file, the line and the column
 * @throws ConfigError for a column of classes that there is not
 */
export async function readCsv(
  path: string,
  { bytes, ...options }: CsvOptions,
  stop?: AbortSignal,
): Promise<CsvContent> {
  const rows = new CsvRows(path, { ...options, operation: 'readCsvDataset', labelSetting: '--label' });
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: largestRow,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const consume = async (records: AsyncIterable<unknown>): Promise<void> => {
    for await (const item of records) {
      const { record, info } = item as { record: readonly string[]; info: { lines: number } };
      rows.add(record, info.lines);
    }
  };
  const signal = stop === undefined ? {} : { signal: stop };
  try {
    const { chunks, isGzip } = await open(path, bytes);
    if (isGzip) await pipeline(chunks, createGunzip(), parser, consume, signal);
    else await pipeline(chunks, parser, consume, signal);
  } catch (error) {
    stop?.throwIfAborted();
    throw readFault(path, error);
  }
  return rows.finish();
}

/** The same as a data set: every row has a class. */
export async function readCsvDataset(
  path: string,
  options: Omit<CsvOptions, 'features'> = {},
  stop?: AbortSignal,
): Promise<LoadedData> {
  const { inputs, features, featureNames, labels } = await readCsv(path, options, stop);
  const { names, ...classes } = labels ?? { labels: new Int32Array(), classes: 0 };
  const name = basename(path).replace(/(\.csv)?(\.gz)?$/i, '') || 'data';
  return {
    dataset: new Dataset({ inputs, features, ...classes, name }),
    classNames: names,
    featureNames,
  };
}

/** The bytes of a file, and whether they are compressed. Reads each byte once, so that a pipe can be given, too. */
async function open(
  path: string,
  bytes: Uint8Array | undefined,
): Promise<{ chunks: AsyncIterable<Uint8Array>; isGzip: boolean }> {
  const stream: AsyncIterator<Uint8Array, unknown> & AsyncIterable<Uint8Array> =
    bytes === undefined ? createReadStream(path)[Symbol.asyncIterator]() : piecesOf(bytes);
  const first = await stream.next();
  const isGzip = first.done !== true && first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isGzip && /\.gz$/i.test(path)) {
    await stream.return?.();
    throw new FormatError('readCsvDataset', {
      expected: `gzip data in ${path}, as its name says`,
      got: first.done === true ? 'an empty file' : 'something else',
      remedy: 'Rename the file if it is plain CSV, or compress it again',
    });
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (first.done !== true) yield first.value;
    yield* stream;
  }
  return { chunks: chunks(), isGzip };
}

/** As much at a time as a stream of a file gives. */
const pieceSize = 2 ** 16;

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
}

function readFault(path: string, error: unknown): unknown {
  if (error instanceof TensorError) return error;
  if (error instanceof CsvError) {
    return new FormatError(
      'readCsvDataset',
      {
        expected: 'comma-separated values',
        got: `${error.message} in ${path}`,
        remedy: 'Quotes, if any, must enclose whole cells',
      },
      { cause: error },
    );
  }
  const code = codeOf(error);
  if (code === undefined) return error;
  if (code.startsWith('Z_')) {
    return new FormatError(
      'readCsvDataset',
      {
        expected: `complete gzip data in ${path}`,
        got: error instanceof Error ? error.message : code,
        remedy: 'The file is damaged or was cut off: make or fetch it again',
      },
      { cause: error },
    );
  }
  const got: Record<string, string> = {
    ENOENT: 'no such file',
    EISDIR: 'a folder',
    EACCES: 'permission denied',
  };
  return new FormatError(
    'readCsvDataset',
    {
      expected: `a readable CSV file at ${path}`,
      got: got[code] ?? code,
      remedy: 'Check the path after --data',
    },
    { cause: error },
  );
}
