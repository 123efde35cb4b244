// @ts-check
/** tsc never deletes: what it made from a source that is gone would stay in dist/ and be published. */

import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';

/**
 * Deletes from a package's dist/ whatever tsc made from a source that no longer exists.
 *
 * @param {string} folder the package's folder
 * @returns {Promise<string[]>} the deleted files, relative to dist/
 */
export async function removeStaleOutput(folder) {
  const dist = `${folder}/dist`;
  if (!existsSync(dist)) return [];
  const deleted = [];
  for (const entry of await readdir(dist, { recursive: true })) {
    // Only tsc makes declarations and maps, so what lies in dist/ without one of them (the bundled command) is left alone.
    const stem = /^(.*?)(?:\.d\.ts|\.d\.ts\.map|\.js\.map)$/.exec(entry)?.[1];
    if (stem === undefined || existsSync(`${folder}/src/${stem}.ts`)) continue;
    await rm(`${dist}/${entry}`);
    await rm(`${dist}/${stem}.js`, { force: true });
    deleted.push(entry);
  }
  return deleted;
}
