import { add, type Attributes, mean, mul, rsqrt, square, sub, type Tensor } from '@renyi/tensor';

/**
 * The derivative of y = (x - mean) / d with d = sqrt(variance + epsilon), applied to u:
 *
 *     (u - mean(u) - y mean(u y)) / d
 *
 * A change of x moves the mean, which takes mean(u) away, and the variance, whose change is 2 d mean(u y). The map from u is
 * symmetric, so it is the rule of both modes.
 */
export function derivativeOfNormalize(
  u: Tensor,
  y: Tensor,
  x: Tensor,
  { axes, epsilon }: Attributes<'normalize'>,
): Tensor {
  const over = { axis: axes, keepDims: true };
  const variance = mean(square(sub(x, mean(x, over))), over);
  const change = sub(sub(u, mean(u, over)), mul(y, mean(mul(u, y), over)));
  return mul(change, rsqrt(add(variance, epsilon)));
}
