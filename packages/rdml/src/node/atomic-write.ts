import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writing } from './file-system-error.js';

/** `.weights.safetensors.1234-9f86d081.tmp`: hidden, and says which process made it. */
const temporaryName = /^\..+\.(\d+)-[0-9a-f]{8}\.tmp$/;

/** A temporary file lives for milliseconds; a process on another machine, whose id means nothing here, gets a minute. */
const stalenessMs = 60_000;

/**
 * Writes a file so that, whatever happens and whenever, its name stands for the old content or for the new one.
 *
 * The content goes to a temporary file in the same folder (a rename across file systems would copy), is forced to
 * the disk, and takes the name by a rename, which is atomic; then the folder is forced to the disk, because the
 * name is stored there. When writing fails, the temporary file is removed.
 * @throws FileSystemError
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const suffix = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const temporary = join(folder, `.${basename(path)}.${suffix}.tmp`);
  await writing('writeFileAtomic', path, async () => {
    try {
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(folder);
  });
}

/** Forces a folder's list of names to the disk, where the system allows it. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows can't open folders; its file systems keep a journal of names instead.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Removes the temporary files that killed processes left in a folder; those of living ones, and all other files, stay.
 * @returns the names of what was removed
 */
export async function sweepTemporaries(folder: string): Promise<string[]> {
  const swept: string[] = [];
  for (const name of await readdir(folder)) {
    const pid = temporaryName.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(folder, name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age < stalenessMs) continue;
    await rm(path, { force: true });
    swept.push(name);
  }
  return swept;
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 is not sent: the call only tells whether it could be.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
