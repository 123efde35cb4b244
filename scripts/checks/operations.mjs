// @ts-check
/** The catalogue of operations is generated from what was built. */

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
  return renderCatalogue(await readSources(documented));
}
