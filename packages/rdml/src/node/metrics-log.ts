import { type FileHandle, open } from 'node:fs/promises';
import { writing } from './file-system-error.js';
import { toJson } from './json.js';

/**
 * A file of JSON lines that grows by whole lines: each is on the disk when `append` is done, and one that could
 * not be written in full is taken back.
 */
export class MetricsLog {
  readonly #path: string;
  readonly #file: FileHandle;
  #length = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Starts a new file. @throws FileSystemError also when there is one */
  static async create(path: string): Promise<MetricsLog> {
    const file = await writing('MetricsLog', path, () => open(path, 'ax'));
    return new MetricsLog(path, file);
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
