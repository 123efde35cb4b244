import * as api from '@renyi/tensor';
import { stopGradient } from '@renyi/autodiff';
import { binary, input, type Table, unary } from './operation.js';
import { refuse } from './refuse.js';

/** Functions that have PyTorch's name and no settings. */
const sameNames: Table = {
  add: binary(api.add),
  sub: binary(api.sub),
  mul: binary(api.mul),
  div: binary(api.div),
  pow: binary(api.pow),
  maximum: binary(api.maximum),
  minimum: binary(api.minimum),
  logaddexp: binary(api.logaddexp),
  xlogy: binary(api.xlogy),
  neg: unary(api.neg),
  square: unary(api.square),
  exp: unary(api.exp),
  expm1: unary(api.expm1),
  log: unary(api.log),
  log1p: unary(api.log1p),
  sqrt: unary(api.sqrt),
  rsqrt: unary(api.rsqrt),
  reciprocal: unary(api.reciprocal),
  abs: unary(api.abs),
  sign: unary(api.sign),
  sin: unary(api.sin),
  cos: unary(api.cos),
  tanh: unary(api.tanh),
  erf: unary(api.erf),
  erfc: unary(api.erfc),
  floor: unary(api.floor),
  ceil: unary(api.ceil),
  round: unary(api.round),
  sigmoid: unary(api.sigmoid),
  relu: unary(api.relu),
  silu: unary(api.silu),
  selu: unary(api.selu),
  mish: unary(api.mish),
  softsign: unary(api.softsign),
};

const comparisons: Table = {
  eq: binary(api.equal),
  ne: binary(api.notEqual),
  lt: binary(api.less),
  le: binary(api.lessEqual),
  gt: binary(api.greater),
  ge: binary(api.greaterEqual),
  isnan: unary(api.isNaN),
  isfinite: unary(api.isFinite),
  where: (inputs) => api.where(input(inputs, 'cond'), input(inputs, 'a'), input(inputs, 'b')),
};

/** Functions with settings. */
const settings: Table = {
  logsigmoid: unary(api.logSigmoid),
  leaky_relu: (inputs, { negative_slope: negativeSlope = 0.01 }) =>
    api.leakyRelu(input(inputs, 'x'), { negativeSlope }),
  elu: (inputs, { alpha = 1 }) => api.elu(input(inputs, 'x'), { alpha }),
  gelu: (inputs, { approximate = 'none' }) => api.gelu(input(inputs, 'x'), { approximate }),
  softplus: (inputs, { beta = 1, threshold = 20 }) => api.softplus(input(inputs, 'x'), { beta, threshold }),
  hardtanh: (inputs, { min_val: low = -1, max_val: high = 1 }) =>
    api.hardtanh(input(inputs, 'x'), { low, high }),
  clamp: (inputs, { min = null, max = null }) => {
    if (min === null && max === null) refuse('clamp', 'one bound at least', 'none');
    return api.clamp(input(inputs, 'x'), min ?? -Infinity, max ?? Infinity);
  },
  pow_scalar: (inputs, { exponent = 1 }) => api.pow(input(inputs, 'x'), exponent),
};

/** Small programs that the cases name as one operation. */
const composed: Table = {
  /** (a b + a) a / (1 + b²), in which both are used more than once. */
  addcmul_chain: binary((a, b) => api.div(api.mul(api.add(api.mul(a, b), a), a), api.add(api.mul(b, b), 1))),
  /** x times itself as a constant. */
  detach: unary((x) => api.mul(x, stopGradient(x))),
};

export const elementwise: Table = { ...sameNames, ...comparisons, ...settings, ...composed };
