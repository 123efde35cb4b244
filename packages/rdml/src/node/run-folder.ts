import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeSafetensors, type StateDict } from '@renyi/nn';
import { sweepTemporaries, syncFolder, writeFileAtomic } from './atomic-write.js';
import { codeOf, writing } from './file-system-error.js';
import { toJson } from './json.js';
import { nearby } from './nearby.js';

/** `2025-01-31T23-59-59Z-digits-alpha1.5-seed0`, with `-2` where that was taken. */
const folderName = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-/;

export interface RunFolderOptions {
  /** The folder of all runs; made where there is none. */
  readonly parent: string;
  /** What the run is about; the time is put before it. */
  readonly name: string;
  /** When the run started; now by default. */
  readonly time?: Date;
}

/** The folder of one run. Every file in it is written whole or not at all. */
export class RunFolder {
  private constructor(readonly path: string) {}

  /**
   * Makes a folder that nobody else has, and sweeps up what killed runs beside it left half-written.
   * @throws FileSystemError
   */
  static async create({ parent, name, time = new Date() }: RunFolderOptions): Promise<RunFolder> {
    await writing('RunFolder', parent, () => mkdir(parent, { recursive: true }));
    await sweepRuns(parent);
    const stem = `${timestamp(time)}-${fileNameOf(name)}`;
    for (let attempt = 1; ; attempt++) {
      const path = join(parent, attempt === 1 ? stem : `${stem}-${attempt}`);
      // mkdir either makes the folder or fails, so two runs that start at once get two folders.
      if (await writing('RunFolder', path, () => makeFolder(path))) {
        await writing('RunFolder', parent, () => syncFolder(parent));
        return new RunFolder(path);
      }
    }
  }

  /**
   * A folder of that path and no other, for who knows that nobody else wants it.
   * @throws FileSystemError also when there is one
   */
  static async make(path: string): Promise<RunFolder> {
    await writing('RunFolder', path, () => mkdir(path));
    await writing('RunFolder', path, () => syncFolder(dirname(path)));
    return new RunFolder(path);
  }

  /**
   * The folder of an earlier run, with what killed processes left half-written in it swept up.
   * @throws FileSystemError when there is none
   */
  static async open(path: string): Promise<RunFolder> {
    await writing('RunFolder', path, () => sweepTemporaries(path));
    return new RunFolder(path);
  }

  /** The path of a file in this folder. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** @throws FileSystemError */
  async writeJson(name: string, value: unknown): Promise<void> {
    await writeFileAtomic(this.file(name), `${toJson(value, 2)}\n`);
  }

  /** @throws FileSystemError */
  async writeText(name: string, text: string): Promise<void> {
    await writeFileAtomic(this.file(name), text);
  }

  /** @throws FileSystemError */
  async writeWeights(
    name: string,
    weights: StateDict,
    metadata: Readonly<Record<string, string>>,
  ): Promise<void> {
    await writeFileAtomic(this.file(name), encodeSafetensors(await nearby(weights), metadata));
  }
}

/** @returns false when there already is something of that name */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Sweeping is housekeeping: a folder that can't be read, or goes away meanwhile, does not stop a run. */
async function sweepRuns(parent: string): Promise<void> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const runs = entries.filter((entry) => entry.isDirectory() && folderName.test(entry.name));
  await Promise.all(runs.map((run) => sweepTemporaries(join(parent, run.name)).catch(() => [])));
}

/** UTC to the second, in characters that every file system takes: `2025-01-31T23-59-59Z`. */
function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

/** The name with everything but letters, digits, dots, dashes and underscores replaced, and not too long. */
function fileNameOf(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, 100);
}
