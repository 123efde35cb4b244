// @ts-check
/** The catalogue of operations is generated; what is in docs/ must be what would be generated now. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { node, root } from '../lib/run.mjs';
import { readSources } from '../lib/sources.mjs';

/** Where the catalogue is, relative to the root. */
export const cataloguePath = 'docs/operations.md';

const documented = /^packages\/tensor\/src\/(?!.*\.(?:test|testing)\.ts$).*\.ts$/;

/**
 * What the catalogue should be, by what was built.
 *
 * @returns {Promise<string>}
 */
export async function renderedCatalogue() {
  // What is built is only there after the build that comes first.
  const { renderCatalogue } = await import('../../conformance/dist/catalogue/render.js');
  const { random, rows } = JSON.parse(await readFile(`${root}docs/numerics.json`, 'utf8'));
  return renderCatalogue(await readSources(documented), { ...random, ...rows });
}

/**
 * @returns {Promise<string[]>} what is wrong
 */
export async function checkOperations() {
  const { code, stdout, output } = await node(['scripts/docs-operations.mjs', '--print']);
  if (code !== 0) return [output.trim()];
  const path = `${root}${cataloguePath}`;
  const present = existsSync(path) ? await readFile(path, 'utf8') : '';
  return present === stdout
    ? []
    : [`${cataloguePath} is stale: ${firstDifference(present, stdout)}; run pnpm docs:operations`];
}

/**
 * @param {string} a
 * @param {string} b
 * @returns {string} where they begin to differ
 */
function firstDifference(a, b) {
  const [there, due] = [a.split('\n'), b.split('\n')];
  const line = due.findIndex((text, i) => text !== there[i]);
  return `line ${line + 1}`;
}
