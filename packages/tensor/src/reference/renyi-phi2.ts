/**
 * phi2(x) = (e^x - 1 - x) / x^2 = 1/2! + x/3! + x^2/4! + ..., for |x| <= 1.
 *
 * What is left of the exponential once its tangent at 0 is taken away: e^x - 1 - x >= 0 is the quantity from which every
 * divergence of this folder is summed, and near 0 the subtraction would leave no digit of it.
 *
 * Numerics: the Taylor series through x^16. The first term left out is at most 1/19! = 8e-18, about 1/7 ulp of the smallest
 * value on the interval, phi2(-1) = 1/e. Outside the interval the subtraction costs less than a factor 3 in accuracy,
 * and callers write it out in the form that suits them.
 *
 * Source: the phi functions of exponential integrators, Hochbruck and Ostermann, Acta Numerica 19 (2010).
 */
export function phi2(x: number): number {
  let sum = 1 / 6402373705728000; // 1/18!
  sum = sum * x + 1 / 355687428096000;
  sum = sum * x + 1 / 20922789888000;
  sum = sum * x + 1 / 1307674368000;
  sum = sum * x + 1 / 87178291200;
  sum = sum * x + 1 / 6227020800;
  sum = sum * x + 1 / 479001600;
  sum = sum * x + 1 / 39916800;
  sum = sum * x + 1 / 3628800;
  sum = sum * x + 1 / 362880;
  sum = sum * x + 1 / 40320;
  sum = sum * x + 1 / 5040;
  sum = sum * x + 1 / 720;
  sum = sum * x + 1 / 120;
  sum = sum * x + 1 / 24;
  sum = sum * x + 1 / 6;
  return sum * x + 1 / 2;
}
