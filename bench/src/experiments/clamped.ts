import { clamp, div, log, mul, pow, softmax, sub, sum, type Tensor } from '@renyi/tensor';

/**
 * The formula that public code of the method uses, op by op in the dtype of its arguments: probabilities are clamped to
 * [1e-8, 1] and not normalized again; within 1e-6 of order 1 it is the Kullback-Leibler divergence.
 * Source: github.com/parklize/rdml.
 */
export function clampedRenyiDivergence(logitsP: Tensor, logitsQ: Tensor, alpha: number): Tensor {
  const [p, q] = [logitsP, logitsQ].map((logits) => clamp(softmax(logits), 1e-8, 1)) as [Tensor, Tensor];
  if (Math.abs(alpha - 1) <= 1e-6) return sum(mul(p, sub(log(p), log(q))), { axis: -1 });
  return div(log(sum(mul(q, pow(div(p, q), alpha)), { axis: -1 })), alpha - 1);
}
