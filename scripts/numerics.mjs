// @ts-check
/**
 * Measures how far functions are from their true values and writes docs/numerics.json and the page docs/numerics.md.
 *
 *     pnpm docs:numerics          measures, some minutes
 *     pnpm docs:numerics page     writes the page again from the figures in docs/numerics.json
 */

import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { root } from './lib/run.mjs';
import { functions } from './numerics/functions.mjs';
import { errorOnGrid, errorOnRandom, readGrid, settings } from './numerics/measure.mjs';
import { page } from './numerics/page.mjs';
import { errorOnRows, rowFunctions } from './numerics/rows.mjs';
import { errorsOfSums, kindsOfTerms } from './numerics/sums.mjs';

/** @typedef {import('./numerics/measure.mjs').Setting} Setting */
/** @typedef {import('./numerics/page.mjs').Measured} Measured */

const points = 4000;
const rows = 40;

/** @template T @param {readonly string[]} names @param {(name: string) => T} f @returns {Record<string, T>} */
const forEachOf = (names, f) => Object.fromEntries(names.map((name) => [name, f(name)]));

/** @param {(setting: Setting) => number} f */
const errors = (f) => forEachOf(Object.keys(settings), (setting) => f(/** @type {Setting} */ (setting)));

/** @returns {Promise<Measured>} */
async function measure() {
  const grid = await readGrid();
  const names = Object.keys(functions);
  const measured = {
    on: `${os.cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node} (V8 ${process.versions.v8}), ${new Date().toISOString().slice(0, 10)}`,
    points,
    random: forEachOf(names, (name) => errors((setting) => errorOnRandom(name, setting, points))),
    grid: forEachOf(
      names.filter((name) => functions[name]?.grid !== undefined),
      (name) =>
        errors((setting) =>
          errorOnGrid(
            name,
            setting,
            /** @type {import('./numerics/measure.mjs').Grid} */ (grid[functions[name]?.grid ?? '']),
          ),
        ),
    ),
    rows: forEachOf(Object.keys(rowFunctions), (name) =>
      errors((setting) => errorOnRows(name, setting, rows)),
    ),
    sums: forEachOf(kindsOfTerms, errorsOfSums),
  };
  return /** @type {Measured} */ (measured);
}

const figures = `${root}docs/numerics.json`;
if (process.argv[2] !== 'page') {
  const text = JSON.stringify(
    await measure(),
    (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value),
    2,
  );
  await writeFile(figures, `${text}\n`);
}
await writeFile(`${root}docs/numerics.md`, page(JSON.parse(await readFile(figures, 'utf8'))));
