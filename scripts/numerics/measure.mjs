// @ts-check
/** How far functions are from the truth, in ULP. */

import * as api from '@renyi/tensor';
import { readFile } from 'node:fs/promises';
import { root } from '../lib/run.mjs';
import { big, ulps } from './big-float.mjs';
import { functions } from './functions.mjs';

/** @typedef {'float32' | 'float64'} Float */
/** @typedef {import('./functions.mjs').Draw} Draw */
/** @typedef {import('@renyi/tensor').Backend} Backend */

/** Where a function is looked at: the columns of the table. float64 has the same bits on both backends, where loops compute it. */
export const settings = /** @type {const} */ ({
  float64: { dtype: 'float64', backend: api.referenceBackend },
  float32: { dtype: 'float32', backend: api.referenceBackend },
  wasm: { dtype: 'float32', backend: api.wasmBackend },
});

/** @typedef {keyof typeof settings} Setting */

/** So many that the wasm backend's own kernels compute them. */
const leastPoints = 2048;

/** Numbers in [0, 1) from a seed (T. Ettinger, mulberry32). @param {number} seed @returns {() => number} */
export function unitStream(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {Draw} draw @param {number} count @param {() => number} unit @returns {number[]} */
function drawn({ span: [low, high], exponents: [least, most] }, count, unit) {
  return Array.from({ length: count }, (_, i) => {
    if (i % 2 === 0) return low + (high - low) * unit();
    const size = 2 ** (least + (most - least) * unit());
    return low < 0 && unit() < 0.5 ? -size : size;
  });
}

/**
 * @param {string} name @param {readonly (readonly number[])[]} operands @param {Setting} setting
 * @returns {ArrayLike<number>}
 */
function valuesOf(name, operands, setting) {
  const { f } = functions[name] ?? fail(name);
  return f(...operands.map((list) => api.tensor([...list], settings[setting]))).dataSync();
}

/**
 * The largest error of a function on random numbers, of which some are compared with the truth.
 *
 * @param {string} name
 * @param {Setting} setting
 * @param {number} compared how many
 * @returns {number} in ULP
 */
export function errorOnRandom(name, setting, compared) {
  const { truth, ...draws } = functions[name] ?? fail(name);
  const { dtype } = settings[setting];
  const unit = unitStream(name.length);
  const round = dtype === 'float32' ? Math.fround : Number;
  const operands = draws[dtype].map((draw) => drawn(draw, Math.max(compared, leastPoints), unit).map(round));
  const values = valuesOf(name, operands, setting);
  let worst = 0;
  for (let i = 0; i < compared; i++) {
    const exact = truth(...operands.map((list) => big(/** @type {number} */ (list[i]))));
    worst = Math.max(worst, ulps(/** @type {number} */ (values[i]), exact, dtype));
  }
  return worst;
}

/** @typedef {{ x: readonly number[], y: readonly number[] }} Grid arguments and correctly rounded values in float64 */

/** @returns {Promise<Readonly<Record<string, Grid>>>} the accuracy grid, by function */
export async function readGrid() {
  const text = await readFile(`${root}conformance/operations/accuracy.json`, 'utf8');
  /** @type {{ cases: { op: string, inputs: { x: { data: (number | string)[] } }, outputs: { out: { data: (number | string)[] } } }[] }} */
  const { cases } = JSON.parse(text);
  return Object.fromEntries(
    cases.map(({ op, inputs, outputs }) => [
      op,
      { x: inputs.x.data.map(Number), y: outputs.out.data.map(Number) },
    ]),
  );
}

/**
 * The largest error on the accuracy grid. Of float64 it is that from the rounded truth: 0 where the value is rounded correctly.
 *
 * @param {string} name
 * @param {Setting} setting
 * @param {Grid} grid
 * @returns {number} in ULP
 */
export function errorOnGrid(name, setting, { x, y }) {
  const { dtype } = settings[setting];
  // The same points again and again, so that they are enough for the wasm backend's own kernels.
  const list = Array.from(
    { length: Math.max(x.length, leastPoints) },
    (_, i) => /** @type {number} */ (x[i % x.length]),
  );
  const values = valuesOf(name, [list], setting);
  return y.reduce((worst, exact, i) => {
    const actual = /** @type {number} */ (values[i]);
    if (Object.is(actual, exact) || (actual === exact && exact !== 0)) return worst;
    return Math.max(
      worst,
      Number.isFinite(exact) ? ulps(actual, big(exact), dtype) : Number.POSITIVE_INFINITY,
    );
  }, 0);
}

/** @param {string} name @returns {never} */
function fail(name) {
  throw new Error(`nothing is stated of ${name}`);
}
