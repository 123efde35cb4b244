import { TensorError } from '@renyi/tensor';

/** What the codes mean that people meet: their disk is full, the folder is not theirs, the path is not a folder. */
const meanings: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file of that name is in the way',
  EFBIG: 'the file would be larger than allowed',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
};

/** A file or folder could not be written. Nothing half-written is left under its name. */
export class FileSystemError extends TensorError {
  override readonly name = 'FileSystemError';

  constructor(
    operation: string,
    readonly path: string,
    /** The system's code, such as `ENOSPC`. */
    readonly code: string,
    options?: ErrorOptions,
  ) {
    const meaning = meanings[code];
    super(
      operation,
      {
        expected: `to be able to write ${path}`,
        got: meaning === undefined ? code : `${code} (${meaning})`,
        remedy: 'Free some space, change the permissions, or write to another folder',
      },
      options,
    );
  }
}

/** Runs `write`; failures of the file system become a FileSystemError that names `path`. */
export async function writing<T>(operation: string, path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === undefined) throw cause;
    throw new FileSystemError(operation, path, code, { cause });
  }
}

/** The code of an error of the file system, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
