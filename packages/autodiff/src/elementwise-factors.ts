import {
  equal,
  exp,
  fuse,
  greater,
  isFinite as isFiniteTensor,
  less,
  logicalAnd,
  logicalNot,
  mul,
  neg,
  square,
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

/** g where y = relu x is above 0, which is where x is; in one pass. */
export const throughRelu: (g: Tensor, y: Tensor) => Tensor = fuse((g: Tensor, y: Tensor) =>
  where(greater(y, 0), g, 0),
);

/** g (1 - y^2) for y = tanh x, in one pass. */
export const throughTanh: (g: Tensor, y: Tensor) => Tensor = fuse((g: Tensor, y: Tensor) =>
  mul(g, sub(1, square(y))),
);
