import { add, div, mul, neg, sub } from './ops/arithmetic.js';
import { relu } from './ops/activations.js';
import { exp, log, sqrt, tanh } from './ops/functions.js';
import { oneHot } from './ops/indexing.js';
import { matmul } from './ops/matmul.js';
import { reshape, transpose } from './ops/rearrange.js';
import { mean, sum } from './ops/reduce.js';
import type { Attributes, Inputs } from './primitive.js';
import type { Activation } from './primitives/linear.js';
import type { NoAttributes } from './primitives/signatures.js';
import { sizeOf } from './shape.js';
import type { Tensor } from './tensor.js';

/** The operands, and the attributes where there are any. */
type Definition<N extends FusedName> =
  NoAttributes extends Attributes<N> ? Inputs<N> : [...Inputs<N>, Attributes<N>];

/** The primitives that exist for speed or digits alone: each could be composed from the others. */
export type FusedName =
  | 'linear'
  | 'softmax'
  | 'logSoftmax'
  | 'normalize'
  | 'logSumExp'
  | 'softmaxCrossEntropy'
  | 'softmaxCrossEntropyGradient'
  | 'renyi'
  | 'renyiGradientP'
  | 'renyiGradientQ'
  | 'renyiGradientAlpha';

/**
 * The textbook composite that each fused primitive replaces; the rows are [..., classes] throughout. They say what is computed,
 * not how to compute it well: they overflow for large logits, cancel near alpha = 1 and near p = q, and know no masks.
 * Tests hold the fused primitives to them in float64, value and derivatives.
 *
 * With p = softmax(zP), q = softmax(zQ), and the escort s = softmax(alpha log p + (1 - alpha) log q):
 *
 *     linear(x, W, b)             f(x Wᵀ + b)
 *     softmax(x)                  e^x / sum e^x
 *     logSoftmax(x)               x - log sum e^x
 *     normalize(x)                (x - mean) / sqrt(variance + epsilon)
 *     logSumExp(x)                log sum e^x
 *     softmaxCrossEntropy(x, k)   -log softmax(x)_k
 *     its gradient(x, k, g)       g (softmax(x) - oneHot(k))
 *     renyi                       log sum exp(alpha log p + (1 - alpha) log q) / (alpha - 1)
 *     renyiGradientP              alpha / (alpha - 1) (s - p)
 *     renyiGradientQ              q - s
 *     renyiGradientAlpha          KL(s || p) / (alpha - 1)^2
 *
 * The last four hold for finite alpha > 0 other than 1.
 *
 * @example
 * import { definitions, logSoftmax, tensor } from '@renyi/tensor';
 * const x = tensor([0, Math.log(3)], { dtype: 'float64' });
 * console.log(definitions.logSoftmax(x).sub(logSoftmax(x)).max().item() < 1e-15); // => true
 */
export const definitions: { readonly [N in FusedName]: (...call: Definition<N>) => Tensor } = {
  linear: (x, weight, bias, { activation }) => {
    const rows = reshape(x, [sizeOf(x.shape.slice(0, -1)), weight.shape[1] as number]);
    const y = add(matmul(rows, transpose(weight)), bias);
    return activations[activation](reshape(y, [...x.shape.slice(0, -1), weight.shape[0] as number]));
  },
  normalize: (x, { axes, epsilon }) => {
    const over = { axis: axes, keepDims: true };
    const centered = sub(x, mean(x, over));
    return div(centered, sqrt(add(mean(mul(centered, centered), over), epsilon)));
  },
  softmax: (x) => {
    const powers = exp(x);
    return div(powers, sum(powers, { axis: -1, keepDims: true }));
  },
  logSoftmax: (x) => sub(x, log(sum(exp(x), { axis: -1, keepDims: true }))),
  logSumExp: (x) => log(sum(exp(x), { axis: -1 })),
  softmaxCrossEntropy: (logits, labels) => {
    const indicator = oneHot(labels, logits.shape[logits.rank - 1] as number);
    return neg(sum(mul(indicator, definitions.logSoftmax(logits)), { axis: -1 }));
  },
  softmaxCrossEntropyGradient: (logits, labels, g) => {
    const indicator = oneHot(labels, logits.shape[logits.rank - 1] as number);
    return mul(reshape(g, [...g.shape, 1]), sub(definitions.softmax(logits), indicator));
  },
  renyi: (logitsP, logitsQ, alpha) => {
    const sums = sum(exp(logTilt(logitsP, logitsQ, alpha)), { axis: -1 });
    return div(log(sums), sub(alpha, 1));
  },
  renyiGradientP: (logitsP, logitsQ, alpha) => {
    const p = exp(definitions.logSoftmax(logitsP));
    return mul(div(alpha, sub(alpha, 1)), sub(exp(logEscort(logitsP, logitsQ, alpha)), p));
  },
  renyiGradientQ: (logitsP, logitsQ, alpha) => {
    const q = exp(definitions.logSoftmax(logitsQ));
    return sub(q, exp(logEscort(logitsP, logitsQ, alpha)));
  },
  renyiGradientAlpha: (logitsP, logitsQ, alpha) => {
    const logS = logEscort(logitsP, logitsQ, alpha);
    const divergence = sum(mul(exp(logS), sub(logS, definitions.logSoftmax(logitsP))), { axis: -1 });
    const t = sub(alpha, 1);
    return div(divergence, mul(t, t));
  },
};

const activations: { readonly [A in Activation]: (x: Tensor) => Tensor } = { none: (x) => x, relu, tanh };

/** alpha log p + (1 - alpha) log q */
function logTilt(logitsP: Tensor, logitsQ: Tensor, alpha: Tensor): Tensor {
  const logP = definitions.logSoftmax(logitsP);
  const logQ = definitions.logSoftmax(logitsQ);
  return add(mul(alpha, logP), mul(sub(1, alpha), logQ));
}

function logEscort(logitsP: Tensor, logitsQ: Tensor, alpha: Tensor): Tensor {
  return definitions.logSoftmax(logTilt(logitsP, logitsQ, alpha));
}
