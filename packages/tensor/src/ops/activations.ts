import { bind } from '../bind.js';
import { checkOptions, checkSetting, checkTensor } from '../checks.js';
import { ConfigError } from '../errors.js';
import * as primitives from '../primitives/elementwise.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { add, div, mul, neg } from './arithmetic.js';
import { greater, lessEqual, where } from './compare.js';
import { abs, erfc, expm1, tanh } from './functions.js';

const finite = { is: 'a finite', holds: Number.isFinite };
const positive = {
  is: 'a finite, positive',
  holds: (x: number): boolean => x > 0 && x < Number.POSITIVE_INFINITY,
};

/** max(x, 0), elementwise; NaN stays NaN. Derivative: 1 for x > 0, 0 elsewhere, at 0 too. @see torch.relu */
export function relu(x: Tensor): Tensor {
  return bind(primitives.relu, [x], noAttributes);
}

/**
 * The logistic function 1 / (1 + e^-x), elementwise, accurate in both tails. Derivative: sigmoid(x) sigmoid(-x).
 * @see torch.sigmoid
 */
export function sigmoid(x: Tensor): Tensor {
  return bind(primitives.sigmoid, [x], noAttributes);
}

/** log(sigmoid(x)) = -softplus(-x), elementwise. Derivative: sigmoid(-x). @see torch.nn.functional.logsigmoid */
export function logSigmoid(x: Tensor): Tensor {
  checkTensor('logSigmoid', x);
  return neg(softplus(neg(x)));
}

export interface SoftplusOptions {
  /** How sharp the bend is: log(1 + e^(beta x)) / beta. 1 by default. */
  readonly beta?: number;
  /** The result is x itself where beta x is above this. Infinity by default: no number needs it. */
  readonly threshold?: number;
}

/**
 * log(1 + e^(beta x)) / beta, elementwise, as (max(z, 0) + log1p(e^-|z|)) / beta with z = beta x: it neither overflows nor
 * loses digits in the tail. Derivative: sigmoid(beta x).
 * @throws ConfigError unless beta is finite and above 0
 * @see torch.nn.functional.softplus (whose threshold is 20)
 */
export function softplus(x: Tensor, options: SoftplusOptions = {}): Tensor {
  checkOptions('softplus', options);
  const { beta = 1, threshold = Number.POSITIVE_INFINITY } = options;
  checkTensor('softplus', x);
  checkSetting('softplus', 'beta', beta, positive);
  checkSetting('softplus', 'threshold', threshold);
  const z = beta === 1 ? x : mul(x, beta);
  const smooth = bind(primitives.softplus, [z], noAttributes);
  const scaled = beta === 1 ? smooth : div(smooth, beta);
  return threshold === Number.POSITIVE_INFINITY ? scaled : where(greater(z, threshold), x, scaled);
}

/**
 * x for x > 0 and negativeSlope x elsewhere. Derivative: 1 for x > 0, negativeSlope elsewhere, at 0 too.
 * @throws ConfigError for a slope that is not finite @see torch.nn.functional.leaky_relu
 */
export function leakyRelu(x: Tensor, options: { readonly negativeSlope?: number } = {}): Tensor {
  checkOptions('leakyRelu', options);
  const { negativeSlope = 0.01 } = options;
  checkTensor('leakyRelu', x);
  checkSetting('leakyRelu', 'negativeSlope', negativeSlope, finite);
  return where(greater(x, 0), x, mul(x, negativeSlope));
}

/**
 * x for x > 0 and alpha (e^x - 1) elsewhere. Derivative: 1 for x > 0, alpha e^x elsewhere.
 * Source: D.-A. Clevert, T. Unterthiner, S. Hochreiter 2016.
 * @throws ConfigError for an alpha that is not finite @see torch.nn.functional.elu
 */
export function elu(x: Tensor, options: { readonly alpha?: number } = {}): Tensor {
  checkTensor('elu', x);
  checkOptions('elu', options);
  const { alpha = 1 } = options;
  checkSetting('elu', 'alpha', alpha, finite);
  return exponentialBelowZero(x, alpha);
}

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/**
 * 1.0507... times elu(x) with alpha = 1.6732...: the constants for which mean 0 and variance 1 are a fixed point.
 * Source: G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter 2017, equation 2. @see torch.nn.functional.selu
 */
export function selu(x: Tensor): Tensor {
  checkTensor('selu', x);
  return mul(exponentialBelowZero(x, seluAlpha), seluScale);
}

function exponentialBelowZero(x: Tensor, alpha: number): Tensor {
  const isPositive = greater(x, 0);
  // The argument is guarded as well: e^x may be infinite where it is not taken, and 0 times that would be NaN.
  const below = expm1(where(isPositive, 0, x));
  return where(isPositive, x, alpha === 1 ? below : mul(below, alpha));
}

export interface GeluOptions {
  /** `none` (the default) is the normal distribution function itself, `tanh` the older approximation of it. */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * x P(Z <= x) for a standard normal Z: x erfc(-x / sqrt(2)) / 2, in which nothing cancels for negative x. The
 * approximation is x (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x³), computed as x sigmoid(2 u) for the same
 * reason. Both are within 5e-4 of each other. -Infinity gives NaN, as -Infinity * 0.
 * Source: D. Hendrycks, K. Gimpel 2016.
 * @throws ConfigError for another approximation @see torch.nn.functional.gelu
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkOptions('gelu', options);
  const { approximate = 'none' } = options;
  checkTensor('gelu', x);
  switch (approximate) {
    case 'none':
      return mul(mul(x, 0.5), erfc(mul(x, -Math.SQRT1_2)));
    case 'tanh': {
      const twoU = mul(mul(x, add(mul(mul(x, x), 0.044715), 1)), 2 * Math.sqrt(2 / Math.PI));
      return mul(x, sigmoid(twoU));
    }
    default:
      throw new ConfigError('gelu', { expected: `approximate 'none' or 'tanh'`, got: String(approximate) });
  }
}

/**
 * x sigmoid(x), also called swish. Derivative: s + x s (1 - s) with s = sigmoid(x). -Infinity gives NaN, as -Infinity * 0.
 * Source: S. Elfwing, E. Uchibe, K. Doya 2018. @see torch.nn.functional.silu
 */
export function silu(x: Tensor): Tensor {
  checkTensor('silu', x);
  return mul(x, sigmoid(x));
}

/** x tanh(softplus(x)). -Infinity gives NaN. Source: D. Misra 2019. @see torch.nn.functional.mish */
export function mish(x: Tensor): Tensor {
  checkTensor('mish', x);
  return mul(x, tanh(softplus(x)));
}

/** x / (1 + |x|). Derivative: 1 / (1 + |x|)². Infinities give NaN. @see torch.nn.functional.softsign */
export function softsign(x: Tensor): Tensor {
  checkTensor('softsign', x);
  return div(x, add(abs(x), 1));
}

export interface HardtanhOptions {
  /** -1 by default. */
  readonly low?: number;
  /** 1 by default. */
  readonly high?: number;
}

/**
 * x cut off at `low` and `high`. Derivative: 1 strictly between them and 0 elsewhere; `clamp`, the same function, passes it
 * at the bounds too. @throws ConfigError for a bound that is NaN, or low above high @see torch.nn.functional.hardtanh
 */
export function hardtanh(x: Tensor, options: HardtanhOptions = {}): Tensor {
  checkOptions('hardtanh', options);
  const { low = -1, high = 1 } = options;
  checkTensor('hardtanh', x);
  checkSetting('hardtanh', 'low', low);
  checkSetting('hardtanh', 'high', high, {
    is: `at least the low ${low} as`,
    holds: (bound) => bound >= low,
  });
  return where(lessEqual(x, low), low, where(lessEqual(high, x), high, x));
}
