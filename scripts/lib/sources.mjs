// @ts-check
/** The files of this repository: what git would commit. */

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { root, run } from './run.mjs';

/**
 * @typedef {object} SourceFile
 * @property {string} path relative to the root, with forward slashes
 * @property {string} text
 */

/**
 * Reads the files whose paths match.
 *
 * @param {RegExp} pattern
 * @returns {Promise<SourceFile[]>}
 */
export async function readSources(pattern) {
  const paths = (await listPaths()).filter((path) => pattern.test(path));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(`${root}${path}`, 'utf8') })));
}

/** @type {Promise<string[]> | undefined} */
let listed;

/**
 * Lists the paths of all files that git tracks or would track, sorted.
 *
 * @returns {Promise<string[]>}
 */
export function listPaths() {
  listed ??= existsSync(`${root}.git`) ? listWithGit() : walk('');
  return listed;
}

/** @returns {Promise<string[]>} */
async function listWithGit() {
  const { code, stdout, output } = await run('git', [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  ]);
  if (code !== 0) throw new Error(`git ls-files failed: ${output}`);
  return stdout
    .split('\0')
    .filter((path) => path !== '' && existsSync(`${root}${path}`))
    .sort();
}

/**
 * For a copy without git's folder, such as an unpacked archive.
 *
 * @param {string} folder relative to the root, empty or with a slash at its end
 * @returns {Promise<string[]>}
 */
async function walk(folder) {
  const generated = new Set(['node_modules', 'dist', 'runs', '.reports', '.docs-check', '.docs-check-test']);
  const entries = await readdir(`${root}${folder}`, { withFileTypes: true });
  const kept = entries.filter((entry) => !generated.has(entry.name));
  const nested = kept.map(async (entry) =>
    entry.isDirectory() ? walk(`${folder}${entry.name}/`) : [`${folder}${entry.name}`],
  );
  return (await Promise.all(nested)).flat().sort();
}
