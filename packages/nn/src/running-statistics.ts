import { stopGradient } from '@renyi/autodiff';
import { add, div, mean, mul, square, sub, sum, type Tensor } from '@renyi/tensor';

/** What batch normalization has seen of each channel, [channels] each. */
export interface RunningStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * (1 - momentum) previous + momentum batch, with the mean and the unbiased variance of each channel of x [batch, channels, ...].
 * Nothing is differentiated.
 */
export function movedStatistics(x: Tensor, previous: RunningStatistics, momentum: number): RunningStatistics {
  const values = stopGradient(x);
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const channels = x.shape[1] as number;
  const average = mean(values, { axis: axes, keepDims: true });
  const squares = sum(square(sub(values, average)), { axis: axes });
  const variance = div(squares, x.size / channels - 1);
  const moved = (before: Tensor, now: Tensor): Tensor => add(mul(before, 1 - momentum), mul(now, momentum));
  return {
    mean: moved(previous.mean, average.reshape([channels])),
    variance: moved(previous.variance, variance),
  };
}
