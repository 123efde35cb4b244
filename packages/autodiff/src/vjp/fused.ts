import {
  bind,
  exp,
  type Fused,
  matmul,
  mul,
  onesLike,
  primitives,
  renyiGradientAlpha,
  renyiGradientP,
  renyiGradientQ,
  reshape,
  softmax,
  sub,
  sum,
} from '@renyi/tensor';
import { rowsOf, unactivated } from '../affine.js';
import { covariance } from '../covariance.js';
import { column, swapLast } from '../axes.js';
import { derivativeOfNormalize } from '../normalize-rule.js';
import { logSumExpWeights } from '../log-sum-exp-weights.js';
import { renyiGradientAlphaRules, renyiGradientPRules, renyiGradientQRules } from '../renyi-rules.js';
import { nonDifferentiable, type VjpTable } from '../vjp-rule.js';

const { softmaxCrossEntropyGradient } = primitives;

/** Fused primitives. `vjp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const fused: VjpTable<keyof Fused> = {
  // f(x Wᵀ + b), with h = g f'(...) for the cotangent before f.
  linear: [
    (y, { shape }, w, _b, { activation }) => (g) => reshape(matmul(rowsOf(unactivated(g, y, activation)), w), shape),
    (y, x, _w, _b, { activation }) => (g) => matmul(swapLast(rowsOf(unactivated(g, y, activation))), rowsOf(x)),
    (y, _x, _w, _b, { activation }) => (g) => sum(rowsOf(unactivated(g, y, activation)), { axis: 0 }),
  ],
  // p is the softmax, and its derivative the covariance matrix.
  softmax: [(p) => (g) => covariance(p, g)],
  // y_i = x_i - log sum e^x, and the gradient of the log-sum-exp is the softmax.
  logSoftmax: [(y) => (g) => sub(g, mul(exp(y), sum(g, { axis: -1, keepDims: true })))],
  normalize: [(y, x, attributes) => (g) => derivativeOfNormalize(g, y, x, attributes)],
  logSumExp: [(y, x) => (g) => mul(column(g), logSumExpWeights(y, x))],
  softmaxCrossEntropy: [
    (_, logits, labels) => (g) => bind(softmaxCrossEntropyGradient, [logits, labels, g], {}),
    nonDifferentiable,
  ],
  // g (p - indicator)
  softmaxCrossEntropyGradient: [
    (_, logits, _labels, g) => (h) => mul(column(g), covariance(softmax(logits), h)),
    nonDifferentiable,
    (_, logits, labels, g) => (h) => sum(mul(h, bind(softmaxCrossEntropyGradient, [logits, labels, onesLike(g)], {})), { axis: -1 }),
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
