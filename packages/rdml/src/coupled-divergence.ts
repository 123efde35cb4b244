import { div, mul, type Tensor } from '@renyi/tensor';
import { renyiDivergence } from './divergence.js';
import type { Coupling } from './links.js';

export const lambdaModes = ['plain', 'overAlpha'] as const;
export type LambdaMode = (typeof lambdaModes)[number];

/** w T^2 D_alpha(softmax(peer / T) || softmax(own / T)) of each row, over alpha in that mode. */
export function coupledDivergence(
  peer: Tensor,
  own: Tensor,
  { alpha, weight, temperature }: Coupling,
  mode: LambdaMode,
): Tensor {
  const [p, q] = temperature === 1 ? [peer, own] : [div(peer, temperature), div(own, temperature)];
  // D_alpha(p || q) / alpha -> KL(q || p) as alpha -> 0.
  const rows = mode === 'overAlpha' && alpha === 0 ? renyiDivergence(q, p, 1) : renyiDivergence(p, q, alpha);
  const factor = (weight * temperature ** 2) / (mode === 'overAlpha' && alpha > 0 ? alpha : 1);
  return factor === 1 ? rows : mul(rows, factor);
}
