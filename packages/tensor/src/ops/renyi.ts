import { bind } from '../bind.js';
import { checkOrder, checkTensor } from '../checks.js';
import * as primitives from '../primitives/fused.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';

/**
 * An order as the tensor that the primitives take. A number keeps all its digits (float64): t = alpha - 1 is
 * exact near 1.
 */
/** The operands, with the order as a tensor beside the logits. */
function operands(
  operation: string,
  logitsP: Tensor,
  logitsQ: Tensor,
  alpha: number | Tensor,
): [Tensor, Tensor, Tensor] {
  checkTensor(operation, logitsP);
  checkTensor(operation, logitsQ);
  if (typeof alpha === 'number') {
    checkOrder(operation, alpha);
    return [logitsP, logitsQ, logitsP.storage.backend.scalar(alpha, 'float64')];
  }
  checkTensor(operation, alpha);
  return [logitsP, logitsQ, alpha];
}

/**
 * D_alpha(P || Q) = log(sum_i p_i^alpha q_i^(1 - alpha)) / (alpha - 1) of each pair of rows, in nats, with
 * p = softmax(logitsP) and q = softmax(logitsQ): the left argument first. The limits are taken at alpha = 0
 * (-log q(p > 0)), 1 (Kullback-Leibler) and Infinity (the largest log(p_i / q_i)).
 *
 * @param logitsP [..., classes], float; -Infinity masks a class
 * @param logitsQ [..., classes], float
 * @param alpha order in [0, Infinity]: a number, or a float tensor of shape [] if it is to have a derivative
 * @returns [...]
 * @throws DomainError for an order that is negative or NaN
 * @throws ShapeError, DTypeError
 *
 * Derivatives, with s_i proportional to p_i^alpha q_i^(1 - alpha) (the escort): q - s with respect to logitsQ,
 * alpha / (alpha - 1) (s - p) to logitsP, and KL(s || p) / (alpha - 1)^2 to alpha.
 *
 * Numerics: float64 inside whatever the dtype, no clamping, no cancellation near alpha = 1 or near p = q.
 * Source: A. Rényi 1961; T. van Erven and P. Harremoës, arXiv 1206.2459.
 */
export function renyiDivergence(logitsP: Tensor, logitsQ: Tensor, alpha: number | Tensor): Tensor {
  return bind(primitives.renyi, operands('renyiDivergence', logitsP, logitsQ, alpha), noAttributes);
}

/** The derivative of `renyiDivergence` with respect to logitsP, [..., classes]: each row's sum is 0. @throws as `renyiDivergence` */
export function renyiGradientP(logitsP: Tensor, logitsQ: Tensor, alpha: number | Tensor): Tensor {
  return bind(primitives.renyiGradientP, operands('renyiGradientP', logitsP, logitsQ, alpha), noAttributes);
}

/** The derivative of `renyiDivergence` with respect to logitsQ, [..., classes]: each row's L1 norm is at most 2. @throws as `renyiDivergence` */
export function renyiGradientQ(logitsP: Tensor, logitsQ: Tensor, alpha: number | Tensor): Tensor {
  return bind(primitives.renyiGradientQ, operands('renyiGradientQ', logitsP, logitsQ, alpha), noAttributes);
}

/** The derivative of `renyiDivergence` with respect to alpha, [...]: never negative. @throws as `renyiDivergence` */
export function renyiGradientAlpha(logitsP: Tensor, logitsQ: Tensor, alpha: number | Tensor): Tensor {
  return bind(
    primitives.renyiGradientAlpha,
    operands('renyiGradientAlpha', logitsP, logitsQ, alpha),
    noAttributes,
  );
}
