import {
  add,
  cos,
  div,
  type Elementwise,
  equal,
  exp,
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
import { bell, logRatio, share, throughRelu, throughTanh } from '../elementwise-factors.js';
import { oneForZero } from '../one-for-zero.js';
import { nonDifferentiable, type VjpTable } from '../vjp-rule.js';

/** Elementwise functions. `vjp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const elementwise: VjpTable<keyof Elementwise> = {
  add: [() => (g) => g, () => (g) => g],
  sub: [() => (g) => g, () => (g) => neg(g)],
  mul: [(_, _a, b) => (g) => mul(g, b), (_, a) => (g) => mul(g, a)],
  div: [(_, _a, b) => (g) => div(g, b), (y, _a, b) => (g) => neg(div(mul(g, y), b))],
  pow: [
    // a^0 is 1 for every a: there is no pole at a = 0.
    (_, a, b) => (g) => mul(g, mul(b, pow(where(equal(b, 0), oneForZero(a), a), sub(b, 1)))),
    // a^b log a, whose limit at a = 0 is 0 for b > 0; the logarithm there would make it NaN.
    (y, a, b) => (g) => mul(g, mul(y, log(where(less(b, 0), a, oneForZero(a))))),
  ],
  // Equals share the cotangent evenly, which is the mean of the one-sided derivatives.
  minimum: [(_, a, b) => (g) => share(g, b, a), (_, a, b) => (g) => share(g, a, b)],
  maximum: [(_, a, b) => (g) => share(g, a, b), (_, a, b) => (g) => share(g, b, a)],
  // e^a / (e^a + e^b)
  logaddexp: [(_, a, b) => (g) => mul(g, sigmoid(logRatio(a, b))), (_, a, b) => (g) => mul(g, sigmoid(logRatio(b, a)))],
  equal: nonDifferentiable,
  less: nonDifferentiable,
  lessEqual: nonDifferentiable,
  where: [nonDifferentiable, (_, c) => (g) => where(c, g, 0), (_, c) => (g) => where(c, 0, g)],
  neg: [() => (g) => neg(g)],
  exp: [(y) => (g) => mul(g, y)],
  // Not y + 1, which has lost e^x where y is near -1.
  expm1: [(_, x) => (g) => mul(g, exp(x))],
  log: [(_, x) => (g) => div(g, x)],
  log1p: [(_, x) => (g) => div(g, add(x, 1))],
  sqrt: [(y) => (g) => div(g, mul(y, 2))],
  abs: [(_, x) => (g) => mul(g, sign(x))],
  sign: nonDifferentiable,
  floor: nonDifferentiable,
  ceil: nonDifferentiable,
  round: nonDifferentiable,
  sin: [(_, x) => (g) => mul(g, cos(x))],
  cos: [(_, x) => (g) => neg(mul(g, sin(x)))],
  tanh: [(y) => (g) => throughTanh(g, y)],
  // Not 1 - y, which has no digits left where y is near 1.
  sigmoid: [(y, x) => (g) => mul(g, mul(y, sigmoid(neg(x))))],
  softplus: [(_, x) => (g) => mul(g, sigmoid(x))],
  erf: [(_, x) => (g) => mul(g, bell(x))],
  erfc: [(_, x) => (g) => neg(mul(g, bell(x)))],
  relu: [(y) => (g) => throughRelu(g, y)],
  cast: [() => (g) => g],
};
