import {
  add,
  cos,
  div,
  type Elementwise,
  equal,
  exp,
  greater,
  less,
  log,
  mul,
  neg,
  pow,
  sigmoid,
  sign,
  sin,
  sub,
  where,
} from '@renyi/tensor';
import { bell, logRatio, share } from '../elementwise-factors.js';
import { type JvpTable, linear } from '../jvp-rule.js';
import { oneForZero } from '../one-for-zero.js';
import { nonDifferentiable } from '../vjp-rule.js';

/** Elementwise functions. `jvp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const elementwise: JvpTable<keyof Elementwise> = {
  add: [(t) => t, (t) => t],
  sub: [(t) => t, (t) => neg(t)],
  mul: [linear, linear],
  div: [linear, (t, y, _a, b) => neg(div(mul(t, y), b))],
  pow: [
    // a^0 is 1 for every a: there is no pole at a = 0.
    (t, _, a, b) => mul(t, mul(b, pow(where(equal(b, 0), oneForZero(a), a), sub(b, 1)))),
    // a^b log a, whose limit at a = 0 is 0 for b > 0; the logarithm there would make it NaN.
    (t, y, a, b) => mul(t, mul(y, log(where(less(b, 0), a, oneForZero(a))))),
  ],
  // Equals share the tangents evenly.
  minimum: [(t, _, a, b) => share(t, b, a), (t, _, a, b) => share(t, a, b)],
  maximum: [(t, _, a, b) => share(t, a, b), (t, _, a, b) => share(t, b, a)],
  logaddexp: [(t, _, a, b) => mul(t, sigmoid(logRatio(a, b))), (t, _, a, b) => mul(t, sigmoid(logRatio(b, a)))],
  equal: nonDifferentiable,
  less: nonDifferentiable,
  lessEqual: nonDifferentiable,
  where: [nonDifferentiable, (t, _, c) => where(c, t, 0), (t, _, c) => where(c, 0, t)],
  neg: linear,
  exp: [(t, y) => mul(t, y)],
  // Not y + 1, which has lost e^x where y is near -1.
  expm1: [(t, _, x) => mul(t, exp(x))],
  log: [(t, _, x) => div(t, x)],
  log1p: [(t, _, x) => div(t, add(x, 1))],
  sqrt: [(t, y) => div(t, mul(y, 2))],
  abs: [(t, _, x) => mul(t, sign(x))],
  sign: nonDifferentiable,
  floor: nonDifferentiable,
  ceil: nonDifferentiable,
  round: nonDifferentiable,
  sin: [(t, _, x) => mul(t, cos(x))],
  cos: [(t, _, x) => neg(mul(t, sin(x)))],
  tanh: [(t, y) => mul(t, sub(1, mul(y, y)))],
  // Not 1 - y, which has no digits left where y is near 1.
  sigmoid: [(t, y, x) => mul(t, mul(y, sigmoid(neg(x))))],
  softplus: [(t, _, x) => mul(t, sigmoid(x))],
  erf: [(t, _, x) => mul(t, bell(x))],
  erfc: [(t, _, x) => neg(mul(t, bell(x)))],
  relu: [(t, y) => where(greater(y, 0), t, 0)],
  cast: linear,
};
