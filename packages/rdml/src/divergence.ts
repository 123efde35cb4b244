import { div, log, mul, pow, softmax, sub, sum, type Tensor } from '@renyi/tensor';

export { renyiDivergence } from '@renyi/tensor';

/**
 * The Rényi divergence as a textbook has it,
 *
 *     D_alpha(P || Q) = 1 / (alpha - 1) log sum_i p_i^alpha q_i^(1 - alpha),
 *
 * written down as it stands: for reading, and for holding `renyiDivergence` against. It loses digits near
 * alpha = 1 and near p = q, over- or underflows for large logits, and is undefined at alpha = 1 and Infinity:
 * use `renyiDivergence` for everything else.
 *
 * @param logitsP [..., classes]
 * @param logitsQ [..., classes]
 * @returns [...], in nats
 * Source: A. Rényi, "On measures of entropy and information", 1961, section 3.
 */
export function textbookRenyiDivergence(logitsP: Tensor, logitsQ: Tensor, alpha: number | Tensor): Tensor {
  const p = softmax(logitsP);
  const q = softmax(logitsQ);
  const total = sum(mul(pow(p, alpha), pow(q, oneMinus(alpha))), { axis: -1 });
  return div(log(total), typeof alpha === 'number' ? alpha - 1 : sub(alpha, 1));
}

function oneMinus(alpha: number | Tensor): number | Tensor {
  return typeof alpha === 'number' ? 1 - alpha : sub(1, alpha);
}
