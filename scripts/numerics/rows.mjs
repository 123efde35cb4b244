// @ts-check
/** Functions of whole rows beside their true values. */

import * as api from '@renyi/tensor';
import * as exact from './big-float.mjs';
import { settings, unitStream } from './measure.mjs';

/** @typedef {import('./measure.mjs').Setting} Setting */
/** @typedef {exact.Big} Big */

const length = 100;
/** So many rows that the wasm backend's own kernels compute them. */
const rows = 40;

/** @param {readonly Big[]} x @returns {Big} */
const sumOf = (x) => x.reduce(exact.add);
/** @param {readonly Big[]} x @returns {Big} */
const meanOf = (x) => exact.div(sumOf(x), exact.big(x.length));
/** @param {readonly Big[]} x @returns {Big} */
const squaresOf = (x) => sumOf(x.map((value) => exact.mul(value, value)));
/** @param {readonly Big[]} x @returns {Big} */
function varianceOf(x) {
  const mean = meanOf(x);
  return exact.div(squaresOf(x.map((value) => exact.sub(value, mean))), exact.big(x.length - 1));
}
/** @param {readonly Big[]} x @returns {Big} */
const logSumExpOf = (x) => exact.log(sumOf(x.map(exact.exp)));
/** @param {readonly Big[]} x @returns {Big[]} */
function logProbsOf(x) {
  const total = logSumExpOf(x);
  return x.map((value) => exact.sub(value, total));
}

/**
 * @typedef {object} RowFunction
 * @property {(x: api.Tensor) => api.Tensor} f along the last axis
 * @property {(x: readonly Big[]) => Big | readonly Big[]} truth
 * @property {Record<Setting, number>} bounds in ULP
 */

/** @param {number} float64 @param {number} float32 @param {number} wasm */
const bounds = (float64, float32, wasm = float32) => ({ float64, float32, wasm });
const axis = -1;

/** @type {Readonly<Record<string, RowFunction>>} */
export const rowFunctions = {
  mean: { f: (x) => api.mean(x, { axis }), truth: meanOf, bounds: bounds(1.5, 1.5) },
  variance: { f: (x) => api.variance(x, { axis }), truth: varianceOf, bounds: bounds(3, 3) },
  std: {
    f: (x) => api.std(x, { axis }),
    truth: (x) => exact.sqrt(varianceOf(x)),
    bounds: bounds(3, 3),
  },
  norm: { f: (x) => api.norm(x, { axis }), truth: (x) => exact.sqrt(squaresOf(x)), bounds: bounds(2, 2) },
  logSumExp: { f: (x) => api.logSumExp(x, { axis }), truth: logSumExpOf, bounds: bounds(2, 0.5001) },
  logSoftmax: {
    f: (x) => api.logSoftmax(x),
    truth: (x) => logProbsOf(x),
    bounds: bounds(4, 0.5001, 1),
  },
  softmax: {
    f: (x) => api.softmax(x),
    truth: (x) => logProbsOf(x).map(exact.exp),
    bounds: bounds(18, 0.5001, 3),
  },
};

/** @param {string} name one of `rowFunctions` @param {Setting} setting @param {number} compared how many rows @returns {number} in ULP */
export function errorOnRows(name, setting, compared) {
  const { f, truth } = /** @type {RowFunction} */ (rowFunctions[name]);
  const { dtype, backend } = settings[setting];
  const unit = unitStream(5);
  const round = dtype === 'float32' ? Math.fround : Number;
  const values = Float64Array.from({ length: rows * length }, () => round(10 * unit() - 5));
  const result = f(api.tensor(values, { dtype, backend, shape: [rows, length] })).dataSync();
  const width = result.length / rows;
  let worst = 0;
  for (let row = 0; row < compared; row++) {
    const x = Array.from(values.subarray(row * length, (row + 1) * length), exact.big);
    const truths = [truth(x)].flat();
    for (const [i, value] of truths.entries())
      worst = Math.max(worst, exact.ulps(/** @type {number} */ (result[row * width + i]), value, dtype));
  }
  return worst;
}
