import {
  add,
  div,
  equal,
  less,
  logSoftmax,
  max,
  mul,
  neg,
  renyiGradientAlpha,
  renyiGradientQ,
  softmax,
  sub,
  sum,
  type Tensor,
  where,
} from '@renyi/tensor';
import { covariance, dot } from './covariance.js';
import type { JvpRules } from './jvp-rule.js';
import type { VjpRules } from './vjp-rule.js';

/*
 * Second derivatives of the Rényi divergence D of a row, from which all higher ones follow.
 *
 * Notation: p, q the two softmaxes, r = log p - log q, t = alpha - 1, s the escort (s_i proportional to
 * p_i e^{t r_i}), E and Var under s, and C(w) h = w (h - w.h) the covariance matrix of a distribution w
 * applied to h: the derivative of softmax. Moving the logits moves the escort by
 *
 *     ds = alpha C(s) dzP - t C(s) dzQ + s (r - E r) dalpha.
 *
 * With q - s and G = (alpha / t)(s - p) the gradients for zQ and zP, and A = dD/dalpha = (E r - D) / t:
 *
 *     d(q - s) = C(q) dzQ - ds
 *     dG/dzQ   = -alpha C(s)                  (the mixed derivative: it must be the transpose of d(q - s)/dzP)
 *     dG/dzP   = (alpha / t)(alpha C(s) - C(p)), where C(s) - C(p) = diag(s - p) - (s - p) sᵀ - p (s - p)ᵀ, so
 *     dG/dzP h = alpha C(s) h + G h - G (s.h) - p (G.h)                  no division by t is left
 *     dA/dzQ   = -s (r - E r)                                           from d(q - s)/dalpha
 *     dA/dzP   = dG/dalpha = (s - p)/t + alpha (w - (s - p)/t)/t,  w = s (r - E r) = ds/dalpha
 *     dA/dalpha = (Var r - 2 A)/t
 *
 * The last two divide differences by t. Where |t| times the range of r is small they are evaluated as integrals
 * of what they are differences of, over the escorts s_u of order 1 + u t between p and s:
 *
 *     (s - p)/t             = ∫ w_u du                    over u in [0, 1], w_u = s_u (r - E_u r)
 *     (w - (s - p)/t)/t     = ∫ u w'_u du                 w'_u = s_u ((r - E_u r)² - Var_u r)
 *     (Var r - 2 A)/t       = ∫ u² κ_u du                 κ_u = E_u (r - E_u r)³, since A = ∫ u Var_u r du
 *
 * At alpha = Infinity the escort is a constant (a one-hot row): alpha C(s) is then 0, its limit away from ties.
 */

/** Nodes and weights of the 16-point Gauss-Legendre rule on [0, 1]: exact to degree 31. */
const nodes: readonly (readonly [u: number, weight: number])[] = gaussLegendre(16);

/**
 * Up to this x = |t| times range of r the 16-point rule is exact to float64. The integrands are analytic where
 * sum p e^(u t r) has no zero, which is where |Im u| < pi / x: beyond that its terms no longer lie in one half
 * plane. So the error falls like rho^-32 with rho = y + sqrt(1 + y^2), y = 2 pi / x (Trefethen 2013, theorem 19.3),
 * times about 1000 for these integrands: 1e-14 of the integral of the absolute value at x = 4, 3e-12 at 5, 1e-7 at 8.
 */
const integralUpTo = 4;

type Row = readonly [p: Tensor, q: Tensor, alpha: Tensor, ...attributes: unknown[]];

/** An order that may be multiplied with: 0 stands in for Infinity, where its factor is 0. */
function finiteOrder(alpha: Tensor): Tensor {
  return where(less(alpha, Number.POSITIVE_INFINITY), alpha, 0);
}

/** s, exact at every order and differentiable: the kernel's own gradient q - s taken from q. */
function escort([p, q, alpha]: Row): Tensor {
  return sub(softmax(q), renyiGradientQ(p, q, alpha));
}

/** log p - log q; infinite or NaN for a masked class. */
function unmaskedLogRatio([p, q]: Row): Tensor {
  return sub(logSoftmax(p), logSoftmax(q));
}

/** r, with 0 for masked classes: the escort, with which it is multiplied, is 0 there too (as long as D is finite). */
function logRatio(row: Row): Tensor {
  const r = unmaskedLogRatio(row);
  const isUnmasked = equal(sub(r, r), 0);
  return where(isUnmasked, r, 0);
}

/** The escort of order 1 + u t with the deviation of r from its mean under it. */
function escortAt([p, q]: Row, t: Tensor, u: number): { s: Tensor; deviation: Tensor } {
  const r = logRatio([p, q, t]);
  const s = softmax(add(logSoftmax(p), mul(mul(t, u), r)));
  return { s, deviation: sub(r, dot(s, r)) };
}

/** ∫ f(escort of order 1 + u t, u) du over [0, 1]. */
function integrate(row: Row, t: Tensor, f: (s: Tensor, deviation: Tensor, u: number) => Tensor): Tensor {
  return nodes
    .map(([u, weight]) => {
      const { s, deviation } = escortAt(row, t, u);
      return mul(f(s, deviation, u), weight);
    })
    .reduce(add);
}

/**
 * The two ways to evaluate a quotient by t, chosen row by row. Each gets a t that it can stand: 0 for the
 * integral, 1 for the quotient, where it is the other's turn, so that no NaN reaches a derivative.
 * At alpha = Infinity both are 0: D no longer depends on alpha.
 */
function eitherWay(row: Row, integral: (t: Tensor) => Tensor, quotient: (t: Tensor) => Tensor): Tensor {
  const alpha = row[2];
  const t = sub(finiteOrder(alpha), 1);
  const magnitude = mul(where(less(t, 0), neg(t), t), rangeOfLogRatio(row));
  const isSmall = less(magnitude, integralUpTo);
  const chosen = where(isSmall, integral(where(isSmall, t, 0)), quotient(where(isSmall, 1, t)));
  return where(less(alpha, Number.POSITIVE_INFINITY), chosen, 0);
}

/**
 * max r - min r, [..., 1]; Infinity where P has a class that Q has not: escorts on the way from p to s then
 * differ from p in their support, and no integral leads from one to the other.
 */
function rangeOfLogRatio(row: Row): Tensor {
  const unmasked = unmaskedLogRatio(row);
  const r = where(equal(unmasked, Number.POSITIVE_INFINITY), unmasked, logRatio(row));
  return sub(max(r, { axis: -1, keepDims: true }), neg(max(neg(r), { axis: -1, keepDims: true })));
}

/** dA/dzP = dG/dalpha, [..., classes]. */
function mixedAlphaP(row: Row): Tensor {
  const [p, , order] = row;
  const alpha = finiteOrder(order);
  return eitherWay(
    row,
    (t) =>
      add(
        integrate(row, t, (s, deviation) => mul(s, deviation)),
        mul(
          alpha,
          integrate(row, t, (s, deviation, u) => {
            const squared = mul(deviation, deviation);
            return mul(mul(s, sub(squared, dot(s, squared))), u);
          }),
        ),
      ),
    (t) => {
      const s = escort(row);
      const slope = div(sub(s, softmax(p)), t);
      return add(slope, mul(alpha, div(sub(covariance(s, logRatio(row)), slope), t)));
    },
  );
}

/** dA/dalpha, [..., 1]. */
function secondAlpha(row: Row): Tensor {
  return eitherWay(
    row,
    (t) =>
      integrate(row, t, (s, deviation, u) => mul(dot(s, mul(mul(deviation, deviation), deviation)), u * u)),
    (t) => {
      const s = escort(row);
      const r = logRatio(row);
      const first = renyiGradientAlpha(row[0], row[1], row[2]);
      return div(sub(dot(r, covariance(s, r)), mul(column(first), 2)), t);
    },
  );
}

function column(x: Tensor): Tensor {
  return x.reshape([...x.shape, 1]);
}

function timesOrder(alpha: Tensor, x: Tensor): Tensor {
  return mul(finiteOrder(alpha), x);
}

/*
 * The second derivatives of D as linear maps, each for both tables. A Hessian is symmetric, so that of two logits of
 * one row is the same map on tangents and on cotangents; with respect to alpha, one is the transpose of the other.
 */

/** d²D/dzQ², [..., classes] to [..., classes]. */
function hessianQ(row: Row, h: Tensor): Tensor {
  const [, q, alpha] = row;
  return add(covariance(softmax(q), h), mul(sub(finiteOrder(alpha), 1), covariance(escort(row), h)));
}

/** d²D/dzP²; `gradient` is dD/dzP. */
function hessianP(gradient: Tensor, row: Row, h: Tensor): Tensor {
  const [p, , alpha] = row;
  const s = escort(row);
  const shift = sub(mul(gradient, sub(h, dot(s, h))), mul(softmax(p), dot(gradient, h)));
  return add(timesOrder(alpha, covariance(s, h)), shift);
}

/** d²D/dzP dzQ, which is its own transpose. */
function mixedPQ(row: Row, h: Tensor): Tensor {
  return neg(timesOrder(row[2], covariance(escort(row), h)));
}

/** d²D/dalpha dzQ, [..., classes]. */
function mixedAlphaQ(row: Row): Tensor {
  return neg(covariance(escort(row), logRatio(row)));
}

export const renyiGradientQRules: VjpRules<'renyiGradientQ'> = [
  (_, ...row) =>
    (h) =>
      mixedPQ(row, h),
  (_, ...row) =>
    (h) =>
      hessianQ(row, h),
  (_, ...row) =>
    (h) =>
      sum(mul(h, mixedAlphaQ(row))),
];

export const renyiGradientPRules: VjpRules<'renyiGradientP'> = [
  (gradient, ...row) =>
    (h) =>
      hessianP(gradient, row, h),
  (_, ...row) =>
    (h) =>
      mixedPQ(row, h),
  (_, ...row) =>
    (h) =>
      sum(mul(h, mixedAlphaP(row))),
];

export const renyiGradientAlphaRules: VjpRules<'renyiGradientAlpha'> = [
  (_, ...row) =>
    (h) =>
      mul(column(h), mixedAlphaP(row)),
  (_, ...row) =>
    (h) =>
      mul(column(h), mixedAlphaQ(row)),
  (_, ...row) =>
    (h) =>
      sum(mul(column(h), secondAlpha(row))),
];

export const renyiGradientQTangents: JvpRules<'renyiGradientQ'> = [
  (t, _, ...row) => mixedPQ(row, t),
  (t, _, ...row) => hessianQ(row, t),
  (t, _, ...row) => mul(t, mixedAlphaQ(row)),
];

export const renyiGradientPTangents: JvpRules<'renyiGradientP'> = [
  (t, gradient, ...row) => hessianP(gradient, row, t),
  (t, _, ...row) => mixedPQ(row, t),
  (t, _, ...row) => mul(t, mixedAlphaP(row)),
];

export const renyiGradientAlphaTangents: JvpRules<'renyiGradientAlpha'> = [
  (t, _, ...row) => sum(mul(t, mixedAlphaP(row)), { axis: -1 }),
  (t, _, ...row) => sum(mul(t, mixedAlphaQ(row)), { axis: -1 }),
  (t, _, ...row) => mul(t, sum(secondAlpha(row), { axis: -1 })),
];

/** Nodes are the roots of the Legendre polynomial, found by Newton's method from Tricomi's estimate. */
function gaussLegendre(n: number): (readonly [u: number, weight: number])[] {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let derivative = 0;
    for (let step = 0; step < 8; step++) {
      let previous = 1;
      let current = x;
      for (let k = 2; k <= n; k++)
        [previous, current] = [current, ((2 * k - 1) * x * current - (k - 1) * previous) / k];
      derivative = (n * (x * current - previous)) / (x * x - 1);
      x -= current / derivative;
    }
    return [(1 + x) / 2, 1 / ((1 - x * x) * derivative * derivative)] as const;
  });
}
