import {
  add,
  div,
  equal,
  exp,
  expand,
  gather,
  greater,
  less,
  log,
  matmul,
  mul,
  neg,
  oneHot,
  pow,
  renyiGradientAlpha,
  renyiGradientP,
  renyiGradientQ,
  reshape,
  type Shape,
  scatterAdd,
  softmax,
  sub,
  sum,
  type Tensor,
  transpose,
  where,
  zeros,
} from '@renyi/tensor';
import { renyiGradientAlphaRules, renyiGradientPRules, renyiGradientQRules } from './renyi-rules.js';
import { sumTo } from './sum-to.js';
import { nonDifferentiable, type VjpTable } from './vjp-rule.js';

/**
 * The derivatives of all primitives, in reverse mode: y is the output, g its cotangent.
 *
 * Rules are written in public operations and so are differentiable themselves. They need not undo
 * promotion: the tape casts each cotangent to its argument's dtype. Nor broadcasting, where the primitive says that
 * it broadcasts: there the rule answers in the output's shape, and the tape sums that to the argument's (`sumTo`).
 */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const vjpTable: VjpTable = {
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
  equal: nonDifferentiable,
  less: nonDifferentiable,
  where: [nonDifferentiable, (_, c) => (g) => where(c, g, 0), (_, c) => (g) => where(c, 0, g)],
  neg: [() => (g) => neg(g)],
  exp: [(y) => (g) => mul(g, y)],
  // Not y + 1, which has lost e^x where y is near -1.
  expm1: [(_, x) => (g) => mul(g, exp(x))],
  log: [(_, x) => (g) => div(g, x)],
  log1p: [(_, x) => (g) => div(g, add(x, 1))],
  sqrt: [(y) => (g) => div(g, mul(y, 2))],
  tanh: [(y) => (g) => mul(g, sub(1, mul(y, y)))],
  relu: [(y) => (g) => where(greater(y, 0), g, 0)],
  cast: [() => (g) => g],

  sum: [(_, { shape }, { axes }) => (g) => expand(restoreAxes(g, shape, axes), shape)],
  // Ties share the cotangent evenly, which is the mean of the one-sided derivatives. A NaN, which equals nothing, is
  // what attains a maximum of NaN.
  max: [
    (y, x, { axes }) => (g) => {
      const largest = restoreAxes(y, x.shape, axes);
      const attained = where(equal(largest, largest), equal(x, largest), equal(equal(x, x), 0));
      const share = div(restoreAxes(g, x.shape, axes), sum(attained, { axis: axes, keepDims: true }));
      return where(attained, share, 0);
    },
  ],

  reshape: [(_, { shape }) => (g) => reshape(g, shape)],
  transpose: [(_, _x, { axes }) => (g) => transpose(g, axes.map((_axis, i) => axes.indexOf(i)))],
  expand: [(_, { shape }) => (g) => sumTo(g, shape)],

  gather: [
    (_, { shape, dtype, storage: { backend } }, indices, { axis }) => (g) =>
      scatterAdd(zeros(shape, { dtype, backend }), indices, g, axis),
    nonDifferentiable,
  ],
  scatterAdd: [() => (g) => g, nonDifferentiable, (_, _x, indices, _u, { axis }) => (g) => gather(g, indices, axis)],
  oneHot: nonDifferentiable,

  // d(AB) = dA B + A dB, so <G, dA B> = <G Bᵀ, dA> and <G, A dB> = <Aᵀ G, dB>; batch axes may be broadcast.
  matmul: [
    (_, { shape }, b) => (g) => sumTo(matmul(g, swapLast(b)), shape),
    (_, a, { shape }) => (g) => sumTo(matmul(swapLast(a), g), shape),
  ],

  // y_i = x_i - log sum e^x, and the gradient of the log-sum-exp is the softmax.
  logSoftmax: [(y) => (g) => sub(g, mul(exp(y), sum(g, { axis: -1, keepDims: true })))],
  softmaxCrossEntropy: [
    (_, logits, labels) => (g) => {
      const { shape, rank, dtype } = logits;
      const indicator = oneHot(labels, shape[rank - 1] as number, { dtype });
      return mul(column(g), sub(softmax(logits), indicator));
    },
    nonDifferentiable,
  ],

  renyi: [
    (_, p, q, alpha) => (g) => mul(column(g), renyiGradientP(p, q, alpha)),
    (_, p, q, alpha) => (g) => mul(column(g), renyiGradientQ(p, q, alpha)),
    (_, p, q, alpha) => (g) => sum(mul(g, renyiGradientAlpha(p, q, alpha))),
  ],
  renyiGradientP: renyiGradientPRules,
  renyiGradientQ: renyiGradientQRules,
  renyiGradientAlpha: renyiGradientAlphaRules,
};

function oneForZero(x: Tensor): Tensor {
  return where(equal(x, 0), 1, x);
}

/** Puts reduced axes back with extent 1, so that the tensor broadcasts against the unreduced `shape`. */
function restoreAxes(x: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return reshape(
    x,
    shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
  );
}

/** [...] as [..., 1]: one number for each row. */
function column(x: Tensor): Tensor {
  return reshape(x, [...x.shape, 1]);
}

/** The transpose of each matrix in [..., m, n]. */
function swapLast(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
