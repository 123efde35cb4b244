// @ts-check
/** The functions whose errors are stated in ULP: their true values, where they are looked at, and what is promised. */

import * as api from '@renyi/tensor';
import * as exact from './big-float.mjs';

/** @typedef {import('./big-float.mjs').Big} Big */

/**
 * Numbers of an operand: one half uniform in `span`, the other of sizes from 2^a to 2^b for `exponents` [a, b], of either sign
 * where `span` has negative numbers.
 *
 * @typedef {object} Draw
 * @property {readonly [number, number]} span
 * @property {readonly [number, number]} exponents
 */

/**
 * @typedef {object} Stated
 * @property {(...x: any[]) => api.Tensor} f of as many tensors as there are operands
 * @property {(...x: any[]) => Big} truth of as many numbers
 * @property {readonly Draw[]} float64 one for each operand
 * @property {readonly Draw[]} float32
 * @property {{ float64: number, float32: number, wasm: number }} bounds in ULP: float64, float32 of the reference backend, float32 of the wasm backend
 * @property {string} [grid] its name on the accuracy grid
 */

/** @param {readonly [number, number]} span @param {readonly [number, number]} exponents @returns {Draw} */
const draw = (span, exponents) => ({ span, exponents });

/** @param {Draw} wide @param {Draw} [narrow] */
const ofOne = (wide, narrow = wide) => ({ float64: [wide], float32: [narrow] });
/** @param {Draw} wide @param {Draw} [narrow] */
const ofTwo = (wide, narrow = wide) => ({ float64: [wide, wide], float32: [narrow, narrow] });

const anywhere = draw([-1, 1], [-50, 50]);
const moderate = draw([-10, 10], [-30, 4]);
const positive = draw([0.5, 2], [-1000, 1000]);
const positiveNarrow = draw([0.5, 2], [-120, 120]);

/** @param {number} float64 @param {number} float32 @param {number} wasm */
const bounds = (float64, float32, wasm = float32) => ({ float64, float32, wasm });

/**
 * A float32 of the reference is computed in float64 and rounded once: 1/2 ULP, but for cases so close to the middle of two
 * numbers that the error in float64 tips them.
 */
const once = 0.5001;
const correct = bounds(0.5, 0.5);
const one = exact.big(1);

/** @type {Readonly<Record<string, Stated>>} */
export const functions = {
  add: { f: api.add, truth: exact.add, ...ofTwo(anywhere), bounds: correct },
  sub: { f: api.sub, truth: exact.sub, ...ofTwo(anywhere), bounds: correct },
  mul: { f: api.mul, truth: exact.mul, ...ofTwo(anywhere), bounds: correct },
  div: { f: api.div, truth: exact.div, ...ofTwo(anywhere), bounds: correct },
  square: { f: api.square, truth: (x) => exact.mul(x, x), ...ofOne(anywhere), bounds: correct },
  reciprocal: { f: api.reciprocal, truth: (x) => exact.div(one, x), ...ofOne(anywhere), bounds: correct },
  sqrt: { f: api.sqrt, truth: exact.sqrt, ...ofOne(positive, positiveNarrow), bounds: correct, grid: 'sqrt' },
  rsqrt: {
    f: api.rsqrt,
    truth: (x) => exact.div(one, exact.sqrt(x)),
    ...ofOne(positive, positiveNarrow),
    bounds: bounds(1.5, 1.5),
    grid: 'rsqrt',
  },
  exp: {
    f: api.exp,
    truth: exact.exp,
    ...ofOne(draw([-740, 709], [-60, 9]), draw([-100, 88], [-30, 6])),
    bounds: bounds(1, once, 1),
    grid: 'exp',
  },
  expm1: {
    f: api.expm1,
    truth: exact.expm1,
    ...ofOne(draw([-50, 709], [-60, 9]), draw([-20, 88], [-30, 6])),
    bounds: bounds(1, once, 2),
    grid: 'expm1',
  },
  log: {
    f: api.log,
    truth: exact.log,
    ...ofOne(positive, positiveNarrow),
    bounds: bounds(1, once, 1),
    grid: 'log',
  },
  log1p: {
    f: api.log1p,
    truth: exact.log1p,
    ...ofOne(draw([-0.999, 3], [-60, -1]), draw([-0.999, 3], [-30, -1])),
    bounds: bounds(1, once, 2),
    grid: 'log1p',
  },
  pow: {
    f: api.pow,
    truth: exact.pow,
    float64: [draw([0.1, 4], [-10, 10]), moderate],
    float32: [draw([0.1, 4], [-6, 6]), moderate],
    bounds: bounds(1, once),
  },
  sin: {
    f: api.sin,
    truth: exact.sin,
    ...ofOne(draw([-7, 7], [-30, 20])),
    bounds: bounds(1, once, 1),
    grid: 'sin',
  },
  cos: {
    f: api.cos,
    truth: exact.cos,
    ...ofOne(draw([-7, 7], [-30, 20])),
    bounds: bounds(1, once, 1),
    grid: 'cos',
  },
  tanh: {
    f: api.tanh,
    truth: exact.tanh,
    ...ofOne(draw([-20, 20], [-30, 4])),
    bounds: bounds(2, once, 2),
    grid: 'tanh',
  },
  sigmoid: {
    f: api.sigmoid,
    truth: exact.sigmoid,
    ...ofOne(draw([-700, 40], [-30, 5]), draw([-80, 20], [-30, 4])),
    bounds: bounds(2, once, 2),
    grid: 'sigmoid',
  },
  softplus: {
    f: api.softplus,
    truth: exact.softplus,
    ...ofOne(draw([-700, 40], [-30, 5]), draw([-80, 20], [-30, 4])),
    bounds: bounds(2, once, 2),
    grid: 'softplus',
  },
  logSigmoid: {
    f: api.logSigmoid,
    truth: (x) => exact.neg(exact.softplus(exact.neg(x))),
    ...ofOne(draw([-40, 700], [-30, 5]), draw([-20, 80], [-30, 4])),
    bounds: bounds(2, once, 2),
    grid: 'logsigmoid',
  },
  silu: {
    f: api.silu,
    truth: (x) => exact.mul(x, exact.sigmoid(x)),
    ...ofOne(draw([-700, 40], [-30, 5]), draw([-70, 20], [-30, 4])),
    bounds: bounds(2.5, 1.5, 2.5),
    grid: 'silu',
  },
  erf: {
    f: api.erf,
    truth: exact.erf,
    ...ofOne(draw([-6, 6], [-30, 2])),
    bounds: bounds(1, once, 1),
    grid: 'erf',
  },
  erfc: {
    f: api.erfc,
    truth: exact.erfc,
    ...ofOne(draw([-6, 26], [-30, 4]), draw([-4, 9], [-30, 3])),
    bounds: bounds(3, once, 1),
  },
  gelu: {
    f: api.gelu,
    truth: exact.gelu,
    // Below, the error grows as x²: that of x / sqrt(2), which the tail of erfc magnifies.
    ...ofOne(draw([-5, 10], [-30, 2])),
    bounds: bounds(40, 30),
    grid: 'gelu',
  },
};
