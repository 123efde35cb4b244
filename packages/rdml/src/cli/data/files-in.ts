import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { DataFile } from '@renyi/nn/data';
import { readWhole } from './whole-file.js';

/** All files of a folder and of those in it, by their paths from there, in order. @throws FormatError for one that can't be read */
export async function filesIn(folder: string): Promise<readonly DataFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: DataFile[] = [];
  for (const path of paths.sort())
    files.push({ name: relative(folder, path).split(sep).join('/'), bytes: await readFile(path) });
  return files;
}

/** One file, under its path. @throws FormatError for one that can't be read */
export function oneFile(path: string): Promise<DataFile> {
  return readWhole(path, async (bytes) => ({ name: path, bytes }));
}
