import { open, stat } from 'node:fs/promises';
import { gunzipSync, constants } from 'node:zlib';
import { type KnownClasses, looksLikeIdx } from '@renyi/nn/data';
import { loadDigits } from '@renyi/nn/digits';
import { FormatError } from '@renyi/tensor';
import { readCsv, readCsvDataset } from './csv-dataset.js';
import { readIdxDataset, readIdxImages } from './idx.js';
import type { LoadedData } from './loaded-data.js';

/** Where data comes from. */
export interface DataSource {
  /** The embedded digits where there is none. */
  readonly file: string | undefined;
  /** Of a CSV file the column with the classes, of IDX images the file of their labels. */
  readonly label: string | undefined;
}

/**
 * Reads a CSV or IDX file, known by its first bytes rather than by its name, or the embedded digits.
 * @param known the classes that the file must keep to
 * @throws FormatError for a file that is no data
 */
export async function loadData(
  { file, label }: DataSource,
  stop?: AbortSignal,
  known?: KnownClasses,
): Promise<LoadedData> {
  if (file === undefined) return { dataset: await loadDigits() };
  if (looksLikeIdx(await headOf(file))) return { dataset: await readIdxDataset(file, label) };
  return readCsvDataset(file, { label, known }, stop);
}

/**
 * Reads rows to predict, with or without their classes.
 * @param features how many each row must have
 * @throws FormatError for a file that is no data, or has other features
 */
export async function loadFeatures(
  file: string,
  options: { readonly features: number; readonly label: string | undefined; readonly known: KnownClasses },
  stop?: AbortSignal,
): Promise<{ readonly inputs: Float32Array; readonly rows: number }> {
  if (!looksLikeIdx(await headOf(file))) return readCsv(file, options, stop);
  const images = await readIdxImages(file);
  if (images.features === options.features) return images;
  throw new FormatError('loadFeatures', {
    expected: `images of ${options.features} values in ${file}, as in training`,
    got: `${images.features} values`,
  });
}

/** The first bytes of what a file holds. A pipe would lose them: of what is no file there are none. */
async function headOf(path: string): Promise<Uint8Array> {
  try {
    if (!(await stat(path)).isFile()) return new Uint8Array();
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(512), 0, 512, 0);
      const head = buffer.subarray(0, bytesRead);
      const isGzip = head[0] === 0x1f && head[1] === 0x8b;
      return isGzip ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
    } finally {
      await file.close();
    }
  } catch {
    // Whoever reads all of it says what is wrong.
    return new Uint8Array();
  }
}
