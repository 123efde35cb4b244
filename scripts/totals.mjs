// @ts-check
/**
 * Prints the totals of the last test run, `N passed, N failed`, and exits with 1 if anything failed.
 *
 *     node scripts/totals.mjs 0    nothing else failed
 *     node scripts/totals.mjs 1    something outside of the tests failed, too
 */

import { readFile } from 'node:fs/promises';
import { root } from './lib/run.mjs';

/** @typedef {{ numPassedTests: number, numFailedTests: number, success: boolean }} Report as vitest writes it */

/** @type {Report} */
let report = { numPassedTests: 0, numFailedTests: 0, success: false };
try {
  report = JSON.parse(await readFile(`${root}.reports/vitest.json`, 'utf8'));
} catch {
  // Without a report the tests did not come to their end, which is a failure.
}
// A test file that can't be loaded fails without a failed test.
const allWell = report.success && process.argv[2] === '0';
const failed = Math.max(report.numFailedTests, allWell ? 0 : 1);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
