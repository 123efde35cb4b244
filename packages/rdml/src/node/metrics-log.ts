import { type FileHandle, open, stat } from 'node:fs/promises';
import { FormatError } from '@renyi/tensor';
import { writing } from './file-system-error.js';
import { toJson } from './json.js';

/**
 * A file of JSON lines that grows by whole lines: each is on the disk when `append` is done, and one that could
 * not be written in full is taken back.
 */
export class MetricsLog {
  readonly #path: string;
  readonly #file: FileHandle;
  #length: number;
  /** The last line that there was when it was opened; undefined where there was none. */
  readonly last: unknown;

  private constructor(path: string, file: FileHandle, length: number, last?: unknown) {
    this.#path = path;
    this.#file = file;
    this.#length = length;
    this.last = last;
  }

  /** Starts a new file. @throws FileSystemError also when there is one */
  static async create(path: string): Promise<MetricsLog> {
    const file = await writing('MetricsLog', path, () => open(path, 'ax'));
    return new MetricsLog(path, file, 0);
  }

  /**
   * Goes on with a file of which the first `records` lines count: what is after them is cut off.
   * @throws FileSystemError
   * @throws FormatError when it has fewer lines
   */
  static async resume(path: string, records: number): Promise<MetricsLog> {
    const file = await writing('MetricsLog', path, () => open(path, 'r+'));
    let last: unknown;
    try {
      const text = await file.readFile();
      let length = 0;
      let start = 0;
      for (let line = 0; line < records; line++) {
        const end = text.indexOf(0x0a, length);
        if (end < 0) {
          throw new FormatError('MetricsLog', {
            expected: `${records} lines in ${path}, one for each finished epoch`,
            got: String(line),
          });
        }
        start = length;
        length = end + 1;
      }
      if (records > 0) last = JSON.parse(text.toString('utf8', start, length));
      await writing('MetricsLog', path, () => file.truncate(length));
    } finally {
      await file.close();
    }
    return new MetricsLog(
      path,
      await writing('MetricsLog', path, () => open(path, 'a')),
      (await stat(path)).size,
      last,
    );
  }

  /** @throws FileSystemError */
  async append(record: unknown): Promise<void> {
    const line = Buffer.from(`${toJson(record)}\n`);
    await writing('MetricsLog', this.#path, async () => {
      try {
        await this.#file.appendFile(line);
        await this.#file.datasync();
      } catch (error) {
        await this.#file.truncate(this.#length);
        throw error;
      }
    });
    this.#length += line.length;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
