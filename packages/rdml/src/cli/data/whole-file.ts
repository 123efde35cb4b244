import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from '@renyi/tensor';
import { codeOf } from '../../node.js';

/**
 * Reads a file as a whole; what is wrong with it is said with its path.
 * @throws FormatError for a file that can't be read, and as `read` does
 */
export async function readWhole<T>(path: string, read: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  const bytes = await readingFile(path, () => readFile(path));
  return inPath(path, () => read(bytes));
}

/** Reads from a file. @throws FormatError where it can't be read */
export async function readingFile<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === undefined) throw cause;
    const got = `${code === 'ENOENT' ? 'no such file' : code} in ${path}`;
    throw new FormatError(
      'loadData',
      { expected: 'a readable file', got, remedy: 'Check the path' },
      { cause },
    );
  }
}

/** Runs a reader; what it refuses is refused with the path, if it does not say it. */
export async function inPath<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const { expected, got, remedy } = cause;
    throw new FormatError(
      'loadData',
      {
        expected,
        got: got.includes(path) ? got : `${got} in ${path}`,
        ...(remedy !== undefined && { remedy }),
      },
      { cause },
    );
  }
}

/** What a data set is called: the name of its file, without what says how it is packed. */
export function nameOf(path: string): string {
  return basename(path).replace(/(-binary)?(\.(csv|txt|jsonl?|bin|tar|tgz|ft))*(\.gz)?$/i, '') || 'data';
}
