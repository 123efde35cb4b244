import {
  add,
  cast,
  div,
  DomainError,
  expm1,
  logaddexp,
  logSoftmax,
  mul,
  neg,
  sub,
  type Tensor,
} from '@renyi/tensor';
import { renyiDivergence } from './divergence.js';

/*
 * Divergences that have a name of their own, of softmax rows, by the Rényi divergence: what is exact about that is exact
 * about them, near agreement and in float32 too. All take logits [..., classes] and return [...], in nats where they have
 * a unit, and are differentiable in both.
 */

/**
 * The Kullback-Leibler divergence sum p log(p / q), which is the Rényi divergence of order 1.
 * @see torch.nn.functional.kl_div, whose arguments are the other way round
 */
export function klDivergence(logitsP: Tensor, logitsQ: Tensor): Tensor {
  return renyiDivergence(logitsP, logitsQ, 1);
}

/** The Kullback-Leibler divergence of Q from P, sum q log(q / p): the slope of the Rényi divergence at order 0. */
export function reverseKlDivergence(logitsP: Tensor, logitsQ: Tensor): Tensor {
  return renyiDivergence(logitsQ, logitsP, 1);
}

/**
 * The Tsallis divergence (sum p^alpha q^(1 - alpha) - 1) / (alpha - 1) = expm1((alpha - 1) D_alpha) / (alpha - 1), at
 * alpha = 1 the Kullback-Leibler divergence. Unlike D_alpha it grows without bound in its gradient, and overflows where
 * (alpha - 1) D_alpha does.
 * @throws DomainError unless the order is finite and at least 0
 * Source: C. Tsallis, "Generalized entropy-based criterion for consistent testing", 1998.
 */
export function tsallisDivergence(logitsP: Tensor, logitsQ: Tensor, alpha: number): Tensor {
  if (!(alpha >= 0 && alpha < Number.POSITIVE_INFINITY)) {
    throw new DomainError('tsallisDivergence', {
      expected: 'a finite order of at least 0',
      got: String(alpha),
    });
  }
  const divergence = renyiDivergence(logitsP, logitsQ, alpha);
  const t = alpha - 1;
  return t === 0 ? divergence : div(expm1(mul(divergence, t)), t);
}

/** Pearson's chi-square divergence sum (p - q)^2 / q = expm1(D_2). */
export function chiSquareDivergence(logitsP: Tensor, logitsQ: Tensor): Tensor {
  return expm1(renyiDivergence(logitsP, logitsQ, 2));
}

/** The squared Hellinger distance 1 - sum sqrt(p q) = -expm1(-D_1/2 / 2), from 0 to 1; symmetric. */
export function squaredHellingerDistance(logitsP: Tensor, logitsQ: Tensor): Tensor {
  return neg(expm1(mul(renyiDivergence(logitsP, logitsQ, 0.5), -0.5)));
}

/**
 * The Jensen-Shannon divergence (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2, from 0 to log 2; symmetric.
 * The mixture is computed in float64: in float32 its logits would differ from either's by rounding alone near agreement.
 * Source: J. Lin, "Divergence measures based on the Shannon entropy", 1991.
 */
export function jensenShannonDivergence(logitsP: Tensor, logitsQ: Tensor): Tensor {
  const [p, q] = [logitsP, logitsQ].map((logits) => logSoftmax(cast(logits, 'float64'))) as [Tensor, Tensor];
  const mixture = sub(logaddexp(p, q), Math.LN2);
  const both = add(renyiDivergence(p, mixture, 1), renyiDivergence(q, mixture, 1));
  return cast(mul(both, 0.5), logitsP.dtype);
}
