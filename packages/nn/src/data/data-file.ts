import { FormatError } from '@renyi/tensor';
import type { DataFormat } from './recognize.js';

/** A file, wherever it comes from: a folder, a form in a page, an archive. */
export interface DataFile {
  /** Its path, with slashes; of a folder of images the names of classes are in it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where it is known already, of which `recognizeFile` is the way: the bytes are then no longer in gzip. */
  readonly format?: DataFormat;
}

/** Which part of the data a file, or an array in one, belongs to. */
export type Part = 'train' | 'validation' | 'test';

const otherParts: readonly (readonly [part: Part, words: RegExp])[] = [
  ['test', /(^|[^a-z])(test|t10k)([^a-z]|$)/i],
  ['validation', /(^|[^a-z])(val|valid|validation|dev)([^a-z]|$)/i],
];

/** What the end of a path says: `test` or `t10k` as a word of it, `validation` or `val`, or else the training part. */
export function partOf(path: string): Part {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return otherParts.find(([, words]) => words.test(name))?.[0] ?? 'train';
}

/** Whether a file is one of those that systems leave in folders, and not data. */
export function isHidden({ name }: DataFile): boolean {
  return /(^|\/)(\.[^/]*|__MACOSX\/.*|Thumbs\.db|desktop\.ini)$/i.test(name);
}

/** Runs a reader; what it refuses is refused in the name of the operation, with that of the file if it does not say it. */
export async function inFile<T>(operation: string, name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const { expected, got, difference, remedy } = cause;
    const details = {
      expected,
      got: got.includes(name) ? got : `${got} in ${name}`,
      ...(difference !== undefined && { difference }),
      ...(remedy !== undefined && { remedy }),
    };
    throw new FormatError(operation, details, { cause });
  }
}
