import { abs, checkSetting, less, mul, square, sub, type Tensor, where } from '@renyi/tensor';
import { checkLoss, type LossOptions, reduced } from './reduction.js';

/**
 * (x - y)², by default the mean over all elements. Derivative: 2 (x - y) for x, the negative for y.
 * @throws ShapeError unless both have one shape @throws ConfigError @see torch.nn.functional.mse_loss
 *
 * @example
 * import { mseLoss } from '@renyi/nn';
 * import { tensor } from '@renyi/tensor';
 * console.log(mseLoss(tensor([1, 2]), tensor([1, 4])).item()); // => 2
 */
export function mseLoss(x: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  checkLoss('mseLoss', x, targets, options);
  return reduced('mseLoss', square(sub(x, targets)), options);
}

/**
 * |x - y|, by default the mean over all elements. Derivative: the sign of x - y, 0 where they are equal.
 * @throws ShapeError unless both have one shape @throws ConfigError @see torch.nn.functional.l1_loss
 */
export function l1Loss(x: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  checkLoss('l1Loss', x, targets, options);
  return reduced('l1Loss', abs(sub(x, targets)), options);
}

/**
 * With d = |x - y|: d² / (2 beta) below beta and d - beta / 2 from there on, by default the mean over all elements; `l1Loss`
 * for beta = 0. Derivative: (x - y) / beta, and the sign of x - y where that is smaller.
 * @param options.beta where the parabola ends; 1 by default
 * @throws ShapeError unless both have one shape
 * @throws ConfigError for a beta below 0 @see torch.nn.functional.smooth_l1_loss
 */
export function smoothL1Loss(
  x: Tensor,
  targets: Tensor,
  options: LossOptions & { readonly beta?: number } = {},
): Tensor {
  checkLoss('smoothL1Loss', x, targets, options);
  const { beta = 1 } = options;
  checkSetting('smoothL1Loss', 'beta', beta, {
    is: 'a finite, non-negative',
    holds: (end) => end >= 0 && end < Number.POSITIVE_INFINITY,
  });
  if (beta === 0) return l1Loss(x, targets, options);
  const distance = abs(sub(x, targets));
  const parabola = mul(square(distance), 0.5 / beta);
  return reduced('smoothL1Loss', where(less(distance, beta), parabola, sub(distance, beta / 2)), options);
}

/**
 * With d = |x - y|: d² / 2 up to delta and delta (d - delta / 2) from there on (Huber, 1964), by default the mean over all
 * elements: delta times `smoothL1Loss`. Derivative: x - y, cut to [-delta, delta].
 * @param options.delta where the parabola ends; 1 by default
 * @throws ShapeError unless both have one shape
 * @throws ConfigError unless delta is above 0 @see torch.nn.functional.huber_loss
 */
export function huberLoss(
  x: Tensor,
  targets: Tensor,
  options: LossOptions & { readonly delta?: number } = {},
): Tensor {
  checkLoss('huberLoss', x, targets, options);
  const { delta = 1 } = options;
  checkSetting('huberLoss', 'delta', delta, {
    is: 'a finite, positive',
    holds: (end) => end > 0 && end < Number.POSITIVE_INFINITY,
  });
  const distance = abs(sub(x, targets));
  const beyond = mul(sub(distance, delta / 2), delta);
  return reduced('huberLoss', where(less(distance, delta), mul(square(distance), 0.5), beyond), options);
}
