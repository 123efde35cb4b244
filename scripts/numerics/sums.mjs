// @ts-check
/** Sums of a million terms beside their true values. */

import * as api from '@renyi/tensor';
import { settings, unitStream } from './measure.mjs';
import { big, ulps } from './big-float.mjs';

/** @typedef {import('./measure.mjs').Setting} Setting */
/** @typedef {import('./big-float.mjs').Big} Big */

const count = 1e6;

/** @type {Readonly<Record<string, (unit: () => number, i: number) => number>>} */
const terms = {
  'uniform in [0, 1)': (unit) => unit(),
  'uniform in [-1, 1)': (unit) => 2 * unit() - 1,
  'of sizes from 2^-20 to 2^20, of both signs': (unit) => 2 ** (40 * unit() - 20) * (unit() < 0.5 ? -1 : 1),
};

export const kindsOfTerms = Object.keys(terms);

/** What is promised of all of them, in ULP of the sum. */
export const boundsOfSums = { float64: 1, float32: 1, wasm: 1 };

/** The sum of numbers that are whole multiples of 2^-128. @param {ArrayLike<number>} values @returns {Big} */
function exactSum(values) {
  let sum = 0n;
  for (let i = 0; i < values.length; i++) {
    const { m, e } = big(/** @type {number} */ (values[i]));
    sum += m << BigInt(e + 128);
  }
  return { m: sum, e: -128 };
}

/**
 * The largest error among the ways to sum: all at once, along rows, and down columns.
 *
 * @param {string} kind one of `kindsOfTerms`
 * @returns {Record<Setting, number>} in ULP
 */
export function errorsOfSums(kind) {
  const unit = unitStream(17);
  const term = /** @type {(unit: () => number, i: number) => number} */ (terms[kind]);
  const wide = Float64Array.from({ length: count }, (_, i) => term(unit, i));
  const narrow = Float32Array.from(wide);
  const truths = { float64: exactSum(wide), float32: exactSum(narrow) };
  const errorOf = (/** @type {Setting} */ setting) => {
    const { dtype, backend } = settings[setting];
    const x = api.tensor(dtype === 'float64' ? wide : narrow, { backend });
    const sums = [
      api.sum(x),
      api.sum(api.reshape(x, [1, count]), { axis: 1 }),
      api.sum(api.reshape(x, [count, 1]), { axis: 0 }),
      api.sum(api.expand(api.reshape(x, [count, 1]), [count, 2]), { axis: 0 }),
    ];
    const values = sums.flatMap((sum) => [...sum.dataSync()]);
    return Math.max(...values.map((value) => ulps(value, truths[dtype], dtype)));
  };
  return { float64: errorOf('float64'), float32: errorOf('float32'), wasm: errorOf('wasm') };
}
