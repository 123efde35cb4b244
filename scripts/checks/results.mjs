// @ts-check
/** The pages of results are generated from the kept runs; what is committed must be what would be generated now. */

import { node } from '../lib/run.mjs';

/**
 * @returns {Promise<string[]>} what is wrong
 */
export async function checkResults() {
  const { code, output } = await node(['bench/dist/results/main.js', '--check']);
  return code === 0 ? [] : output.trim().split('\n');
}
