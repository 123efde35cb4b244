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
  const variance = meanOver(square(sub(x, meanOver(x, axes))), axes);
  const change = sub(sub(u, meanOver(u, axes)), mul(y, meanOver(mul(u, y), axes)));
  return mul(change, rsqrt(add(variance, epsilon)));
}

/** The mean, first over the last axes, whose elements are neighbors, and then over the others: in that order it is fastest. */
function meanOver(x: Tensor, axes: readonly number[]): Tensor {
  const isLast = (axis: number): boolean => {
    for (let own = axis; own < x.rank; own++) if (!axes.includes(own)) return false;
    return true;
  };
  let result = x;
  for (const axis of [axes.filter(isLast), axes.filter((one) => !isLast(one))]) {
    if (axis.length > 0) result = mean(result, { axis, keepDims: true });
  }
  return result;
}
