import { stopGradient } from '@renyi/autodiff';
import { add, div, mean, mul, reshape, scope, square, sub, sum, type Tensor, unsqueeze } from '@renyi/tensor';

/** What batch normalization has seen of each channel, [channels] each. */
export interface RunningStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * (1 - momentum) previous + momentum batch, with the mean and the unbiased variance of each channel of x [batch, channels, ...].
 * Nothing is differentiated, and what is as large as the batch on the way to them is freed at once.
 */
export function movedStatistics(
  x: Tensor,
  previous: RunningStatistics,
  momentum: number | Tensor,
): RunningStatistics {
  return scope(() => {
    const [batch, channels] = x.shape as readonly [number, number];
    const rows = reshape(stopGradient(x), [batch, channels, x.size / (batch * channels)]);
    // Neighbors first, and then over the batch: in that order it is fastest.
    const average = mean(mean(rows, { axis: 2 }), { axis: 0 });
    const squares = sum(sum(square(sub(rows, unsqueeze(average, 1))), { axis: 2 }), { axis: 0 });
    const variance = div(squares, x.size / channels - 1);
    const rest = typeof momentum === 'number' ? 1 - momentum : sub(1, momentum);
    const moved = (before: Tensor, now: Tensor): Tensor => add(mul(before, rest), mul(now, momentum));
    return {
      mean: moved(previous.mean, average),
      variance: moved(previous.variance, variance),
    };
  });
}
