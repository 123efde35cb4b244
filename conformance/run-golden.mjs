#!/usr/bin/env node
// @ts-check
/**
 * Holds an adapter to the golden cases, after `pnpm build`:
 *
 *     node conformance/run-golden.mjs --adapter conformance/adapter.mjs [--cases conformance/operations]
 *         [--dtype float64|float32] [--op NAME] [--json FILE] [--verbose]
 *
 * Exit code 0 if nothing failed, 1 if something did, 2 for a wrong call.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readFolder } from './dist/format.js';
import { runFiles, summary, table } from './dist/report.js';

/** @returns {never} */
function refuse(/** @type {string} */ reason) {
  console.error(`run-golden: ${reason}`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        adapter: { type: 'string' },
        cases: { type: 'string', default: fileURLToPath(new URL('operations', import.meta.url)) },
        dtype: { type: 'string', default: 'float64' },
        op: { type: 'string' },
        json: { type: 'string' },
        verbose: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(String(error instanceof Error ? error.message : error));
  }
}

const { adapter: path, cases, dtype, op, json, verbose } = readOptions();
if (path === undefined) refuse('--adapter is missing: the module that connects a library to the cases');
if (dtype !== 'float64' && dtype !== 'float32') refuse(`--dtype is float64 or float32, not ${dtype}`);

/** @type {import('./dist/adapter-contract.js').Adapter} */
const adapter = await import(pathToFileURL(resolve(path)).href);
await adapter.setup?.(dtype);
const results = await runFiles(adapter, readFolder(cases), dtype, { op });
if (verbose) {
  for (const { golden, state, fault } of results) {
    if (state === 'failed') console.log(`FAIL ${golden.id} ${JSON.stringify(golden.attrs)}: ${fault}`);
    if (state === 'skipped') console.log(`SKIP ${golden.id}`);
  }
}
console.table(table(results));
const { passed, failed, skipped } = summary(results);
if (json !== undefined) {
  const details = results.map(({ golden, ...verdict }) => ({ id: golden.id, op: golden.op, ...verdict }));
  writeFileSync(
    json,
    `${JSON.stringify({ adapter: adapter.name, dtype, passed, failed, skipped, cases: details }, null, 1)}\n`,
  );
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
