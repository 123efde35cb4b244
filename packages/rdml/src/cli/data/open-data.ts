import { readFile, stat } from 'node:fs/promises';
import { type KnownFile, recognizeFile } from '@renyi/nn/data';
import { FormatError } from '@renyi/tensor';
import { inPath, readingFile } from './whole-file.js';

/** Larger files are read piece by piece, as only the reader of CSV does. */
const largestFile = 2 ** 31;

/** What a path leads to. A file is read once: whoever reads it gets its bytes from here. */
export type OpenedData =
  | { readonly kind: 'folder' }
  /** Comma-separated values: the bytes as they are in the file, undefined where it is to be read piece by piece. */
  | { readonly kind: 'csv'; readonly bytes: Uint8Array | undefined }
  | { readonly kind: 'file'; readonly file: KnownFile };

/**
 * Opens a folder, or a file of a format that is told by its content. What is neither, a pipe for example, can be read once only and is
 * taken for CSV.
 * @throws FormatError for a file that can't be read, and for formats that are not read here
 */
export async function openData(path: string): Promise<OpenedData> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return { kind: 'folder' };
  // Whoever reads it says that there is none.
  if (found?.isFile() !== true || found.size === 0 || found.size > largestFile)
    return { kind: 'csv', bytes: undefined };
  const bytes = await readingFile(path, () => readFile(path));
  try {
    const file = await inPath(path, () => recognizeFile({ name: path, bytes }));
    return file.format === 'csv' ? { kind: 'csv', bytes } : { kind: 'file', file };
  } catch (error) {
    // The reader of CSV reads compressed files piece by piece, and says more about damaged ones.
    if (error instanceof FormatError && error.expected.includes('gzip')) return { kind: 'csv', bytes };
    throw error;
  }
}

/** Whether the lines of a file are texts with their classes. */
export function hasLabelledTexts({ format }: KnownFile): boolean {
  return format === 'fasttext' || format === 'news-csv' || format === 'json-lines';
}
