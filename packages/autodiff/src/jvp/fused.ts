import {
  bind,
  exp,
  expand,
  type Fused,
  gather,
  linear,
  mul,
  primitives,
  renyiGradientAlpha,
  renyiGradientP,
  renyiGradientQ,
  softmax,
  sub,
  sum,
} from '@renyi/tensor';
import { unactivated } from '../affine.js';
import { covariance } from '../covariance.js';
import { column } from '../axes.js';
import type { JvpTable } from '../jvp-rule.js';
import { derivativeOfNormalize } from '../normalize-rule.js';
import { logSumExpWeights } from '../log-sum-exp-weights.js';
import {
  renyiGradientAlphaTangents,
  renyiGradientPTangents,
  renyiGradientQTangents,
} from '../renyi-rules.js';
import { nonDifferentiable } from '../vjp-rule.js';

const { softmaxCrossEntropyGradient } = primitives;

/** Fused primitives. `jvp-table.ts` says how to read a rule. */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const fused: JvpTable<keyof Fused> = {
  // f'(...) (dx Wᵀ + x dWᵀ + db)
  linear: [
    (t, y, _x, w, _b, { activation }) => unactivated(linear(t, w), y, activation),
    (t, y, x, _w, _b, { activation }) => unactivated(linear(x, t), y, activation),
    (t, y, _x, _w, _b, { activation }) => unactivated(expand(t, y.shape), y, activation),
  ],
  // p is the softmax, and its derivative the covariance matrix.
  softmax: [(t, p) => covariance(p, t)],
  // y_i = x_i - log sum e^x, and the gradient of the log-sum-exp is the softmax.
  logSoftmax: [(t, y) => sub(t, sum(mul(exp(y), t), { axis: -1, keepDims: true }))],
  normalize: [(t, y, x, attributes) => derivativeOfNormalize(t, y, x, attributes)],
  logSumExp: [(t, y, x) => sum(mul(t, logSumExpWeights(y, x)), { axis: -1 })],
  // log sum e^x - x_label
  softmaxCrossEntropy: [
    (t, _, logits, labels) => {
      const ofLabel = gather(t, column(labels), -1).reshape(labels.shape);
      return sub(sum(mul(softmax(logits), t), { axis: -1 }), ofLabel);
    },
    nonDifferentiable,
  ],
  // g (p - indicator)
  softmaxCrossEntropyGradient: [
    (t, _, logits, _labels, g) => mul(column(g), covariance(softmax(logits), t)),
    nonDifferentiable,
    (t, _, logits, labels) => bind(softmaxCrossEntropyGradient, [logits, labels, t], {}),
  ],

  renyi: [
    (t, _, p, q, alpha) => sum(mul(t, renyiGradientP(p, q, alpha)), { axis: -1 }),
    (t, _, p, q, alpha) => sum(mul(t, renyiGradientQ(p, q, alpha)), { axis: -1 }),
    (t, _, p, q, alpha) => mul(t, renyiGradientAlpha(p, q, alpha)),
  ],
  renyiGradientP: renyiGradientPTangents,
  renyiGradientQ: renyiGradientQTangents,
  renyiGradientAlpha: renyiGradientAlphaTangents,
};
