import { stat } from 'node:fs/promises';
import { type DataFormat, recognize } from '@renyi/nn/data';
import { FormatError } from '@renyi/tensor';
import { readWhole } from './whole-file.js';

/** Larger files are read piece by piece, as only the reader of CSV does. */
const largestFile = 2 ** 31;

/**
 * What a path leads to: a folder, or a file of a format that is told by its content. What is neither, a pipe for example, can be read
 * once only and is taken for CSV.
 * @throws FormatError for a file that can't be read, and for formats that are not read here
 */
export async function formatOf(path: string): Promise<DataFormat | 'folder'> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return 'folder';
  // Whoever reads it says that there is none.
  if (found?.isFile() !== true || found.size === 0 || found.size > largestFile) return 'csv';
  try {
    return await readWhole(path, recognize);
  } catch (error) {
    // The reader of CSV reads compressed files piece by piece, and says more about damaged ones.
    if (error instanceof FormatError && error.expected.includes('gzip')) return 'csv';
    throw error;
  }
}

export function isText(format: DataFormat | 'folder'): boolean {
  return format === 'fasttext' || format === 'news-csv' || format === 'json-lines';
}
