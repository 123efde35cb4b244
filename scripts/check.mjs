// @ts-check
/**
 * Checks everything but the tests: one line per step, with its time; all failures are shown; exit code 1 if there is one.
 *
 *     pnpm check               every step
 *     pnpm check types docs    these steps, after the build that they rest on
 */

import { styleText } from 'node:util';
import { checkDocs, documentedFiles } from './checks/docs.mjs';
import { checkImports, importingFiles } from './checks/imports.mjs';
import { checkLinks } from './checks/links.mjs';
import { checkNoise, quietFiles } from './checks/noise.mjs';
import { checkOperations } from './checks/operations.mjs';
import { checkPackages } from './checks/packages.mjs';
import { checkResults } from './checks/results.mjs';
import { node, tool } from './lib/run.mjs';
import { listPaths, readSources } from './lib/sources.mjs';

/** @typedef {() => Promise<string[]>} Step finds what is wrong */

/** @type {Record<string, Step>} */
const steps = {
  build: () => outputOf(node(['scripts/build.mjs'])),
  format: () => outputOf(tool('biome', ['format', '.'])),
  lint: async () => [
    ...(await outputOf(tool('biome', ['lint', '--error-on-warnings', '.']))),
    ...(await outputOf(tool('oxlint', ['--type-aware', '--deny-warnings']))),
  ],
  types: () => outputOf(tool('tsc', ['-b', '--pretty', 'false'])),
  unused: () => outputOf(tool('knip', ['--no-progress', '--no-config-hints'])),
  imports: async () => checkImports(await readSources(importingFiles)),
  noise: async () => checkNoise(await readSources(quietFiles)),
  links: async () => checkLinks(await readSources(/\.md$/), await listPaths()),
  operations: checkOperations,
  results: checkResults,
  docs: async () => checkDocs(await readSources(documentedFiles)),
  packages: checkPackages,
};

/**
 * @param {Promise<import('./lib/run.mjs').Result>} program
 * @returns {Promise<string[]>} what a program printed, if it failed
 */
async function outputOf(program) {
  const { code, output } = await program;
  return code === 0 ? [] : [output.trim()];
}

/**
 * @param {string} name
 * @param {Step} step
 * @returns {Promise<boolean>} whether all is well
 */
async function runStep(name, step) {
  const start = performance.now();
  /** @type {string[]} */
  let faults;
  try {
    faults = await step();
  } catch (error) {
    faults = [String(error instanceof Error ? error.stack : error)];
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
  const mark = faults.length === 0 ? styleText('green', '✓') : styleText('red', '✗');
  console.log(`${mark} ${name.padEnd(10)} ${seconds} s`);
  for (const fault of faults) console.log(fault.replace(/^/gm, '    '));
  return faults.length === 0;
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in steps));
if (unknown !== undefined) {
  console.error(`check: there is no step ${unknown}; there are ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}
let passed = true;
for (const [name, step] of Object.entries(steps)) {
  const runs = wanted.length === 0 || name === 'build' || wanted.includes(name);
  if (runs) passed = (await runStep(name, step)) && passed;
}
process.exitCode = passed ? 0 : 1;
