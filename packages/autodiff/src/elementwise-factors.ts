import {
  equal,
  exp,
  isFinite as isFiniteTensor,
  less,
  logicalAnd,
  logicalNot,
  mul,
  neg,
  sub,
  type Tensor,
  where,
} from '@renyi/tensor';

/** What derivatives of elementwise functions consist of, in either mode. */

/** The part of g that is due to the larger one, `wins`: nothing where the other wins, half of it where they are equal. */
export function share(g: Tensor, wins: Tensor, loses: Tensor): Tensor {
  return where(less(wins, loses), 0, where(equal(wins, loses), mul(g, 0.5), g));
}

/** a - b, and 0 for equal infinities. */
export function logRatio(a: Tensor, b: Tensor): Tensor {
  const isSameInfinity = logicalAnd(equal(a, b), logicalNot(isFiniteTensor(a)));
  return where(isSameInfinity, 0, sub(where(isSameInfinity, 0, a), where(isSameInfinity, 0, b)));
}

/** 2 / sqrt(pi) e^(-x²), the derivative of erf. */
export function bell(x: Tensor): Tensor {
  return mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI));
}
