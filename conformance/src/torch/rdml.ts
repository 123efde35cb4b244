import { stopGradient } from '@renyi/autodiff';
import { renyiDivergence } from '@renyi/rdml';
import * as api from '@renyi/tensor';
import type { Tensor } from '@renyi/tensor';
import { input, numbered, type Table } from './operation.js';

/**
 * As published with the method: clamped probabilities, and the Kullback-Leibler divergence next to order 1. In float64
 * whatever the logits have, as our own divergence: at order 1 + 1e-5 the formula loses five digits, and float32 has seven.
 */
function authorsDivergence(logitsP: Tensor, logitsQ: Tensor, alpha: number, eps: number): Tensor {
  const [p, q] = [logitsP, logitsQ].map((logits) =>
    api.clamp(api.softmax(api.cast(logits, 'float64')), eps, 1),
  ) as [Tensor, Tensor];
  return api.cast(ofProbabilities(p, q, alpha), logitsP.dtype);
}

function ofProbabilities(p: Tensor, q: Tensor, alpha: number): Tensor {
  if (Math.abs(alpha - 1) <= 1e-6) return api.sum(api.mul(p, api.log(api.div(p, q))), { axis: -1 });
  const moment = api.sum(api.mul(q, api.pow(api.div(p, q), alpha)), { axis: -1 });
  return api.div(api.log(moment), alpha - 1);
}

export const rdml: Table = {
  renyi_divergence: (inputs, { alpha = 1 }) => {
    const rows = renyiDivergence(input(inputs, 'logits_p'), input(inputs, 'logits_q'), alpha);
    return { out: api.mean(rows), rows };
  },
  renyi_divergence_authors: (inputs, { alpha = 1, eps = 1e-8 }) =>
    api.mean(authorsDivergence(input(inputs, 'logits_p'), input(inputs, 'logits_q'), alpha, eps)),
  /** Of each student: cross-entropy and the mean divergence from its peers, whose predictions are constants. */
  rdml_loss: (inputs, { alpha = 1 }) => {
    const logits = numbered(inputs, 'z');
    const losses = logits.map((own, k) => {
      const divergences = logits
        .filter((_, m) => m !== k)
        .map((peer) => api.mean(renyiDivergence(stopGradient(peer), own, alpha)));
      const mutual = divergences.reduce((a, b) => api.add(a, b));
      return api.add(api.crossEntropy(own, input(inputs, 'target')), api.div(mutual, divergences.length));
    });
    return Object.fromEntries(losses.map((loss, k) => [`loss${k}`, loss]));
  },
};
